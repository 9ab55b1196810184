/** A tsq worker in this process, which says nothing and hurries: it polls at once and waits for no job at its stop. */
import { pino } from "pino";
import { Worker, type WorkerOptions } from "tsq";

export interface TsqWorkerOptions extends WorkerOptions {
  /** Whether it promotes what is due, ten times a second, or never. @default false */
  readonly polls?: boolean;
}

export type TsqWorker = Worker & AsyncDisposable;

/** Resolves when it takes jobs. */
export async function startTsq({ polls = false, ...options }: TsqWorkerOptions): Promise<TsqWorker> {
  const worker = withChance(polls ? 0 : NEVER, () => {
    return new Worker({
      logger: pino({ level: "silent" }),
      shutdownTimeoutMs: 0,
      pollIntervalAverage: POLL_SECONDS,
      ...options,
    });
  });
  const disposable = Object.assign(worker, { [Symbol.asyncDispose]: () => worker.stop() });
  try {
    await disposable.start();
  } catch (error) {
    await disposable.stop();
    throw error;
  }
  return disposable;
}

const POLL_SECONDS = 0.2;
const NEVER = 1_000;

/** The first look comes after up to 5 s of chance. The poller keeps the source of chance that it is made with. */
function withChance<T>(value: number, make: () => T): T {
  const random = Math.random;
  Math.random = () => value;
  try {
    return make();
  } finally {
    Math.random = random;
  }
}
