/** What the process does when it is signalled, by the system or through Redis (WIRE §4.3, §7.4). */
import type { Logger } from "pino";
import type { Worker } from "@tsq/worker";

/** The variable with which `tsq dev` asks its worker to stop when `tsq dev` is gone. */
export const STOP_WITH_PARENT = "TSQ_STOP_WITH_PARENT";

/**
 * npm and npx send a signal on to their child, which a terminal's Ctrl-C has reached by itself: two of them within
 * so many milliseconds are one.
 */
export const ECHO_MS = 500;

interface Obedience {
  readonly isStopping: () => boolean;
  /** Resolves when the worker has stopped. */
  readonly stopped: Promise<void>;
}

export const obeySignals = (worker: Worker, log: Logger): Obedience => {
  let stoppingSince: number | undefined;
  const stopped = new Promise<void>((resolve, reject) => {
    const stop = (signal: string): void => {
      if (stoppingSince !== undefined) {
        if (performance.now() - stoppingSince < ECHO_MS) return;
        log.warn({ signal }, "Stopping at once; what runs is brought back by another process within 90 s");
        process.exit(1);
      }
      stoppingSince = performance.now();
      log.info({ signal }, "Stopping; once more to stop at once");
      worker.stop().then(resolve, reject);
    };
    const handlers: Readonly<Record<string, () => void>> = {
      TERM: () => stop("TERM"),
      INT: () => stop("INT"),
      TSTP: () => void worker.quiet().catch(reject),
      TTIN: () => dump(worker, log),
    };
    for (const [name, handler] of Object.entries(handlers)) process.on(`SIG${name}`, handler);
    worker.onSignal((signal) => {
      const handler = handlers[signal];
      if (handler) handler();
      else log.warn({ signal }, "Do not know this signal");
    });
    if (process.env[STOP_WITH_PARENT]) {
      // An orphan would go on taking jobs, with code that nobody looks at any more.
      process.once("disconnect", () => {
        if (stoppingSince === undefined) stop("disconnect");
      });
    }
    process.on("uncaughtException", (error) => {
      // The state of user code is unknown from here on: hand the jobs back and let the platform start anew.
      log.fatal({ err: error }, "Uncaught exception; handing back what runs");
      process.exitCode = 1;
      worker.crashed();
      // Also one that is thrown again and again, which must not cut the stop short.
      if (stoppingSince === undefined) stop("uncaughtException");
    });
    // A promise that a job forgot must not take the other jobs down.
    process.on("unhandledRejection", (error) => log.error({ err: error }, "Unhandled rejection"));
  });
  return { isStopping: () => stoppingSince !== undefined, stopped };
};

const dump = (worker: Worker, log: Logger): void => {
  const running = worker.running();
  log.warn({ jobs: running.length }, running.length > 0 ? "Running jobs" : "No job is running");
  for (const job of running) {
    log.warn({ ...job, seconds: (Date.now() - job.startedAt.getTime()) / 1_000 }, "Running");
  }
};
