/** A worker as the signals of its process see it. */
import type { Logger } from "pino";
import type { Worker } from "@tsq/worker";
import type { Signalled } from "./signals.ts";

export const signalledWorker = (worker: Worker, log: Logger): Signalled => ({
  stop: () => worker.stop(),
  quiet: () => worker.quiet(),
  hurry: () => worker.hurry(),
  dump: () => dump(worker, log),
  crashed: () => worker.crashed(),
  onSignal: (listener) => worker.onSignal(listener),
});

const dump = (worker: Worker, log: Logger): void => {
  const running = worker.running();
  log.warn({ jobs: running.length }, running.length > 0 ? "Running jobs" : "No job is running");
  for (const job of running) {
    log.warn({ ...job, seconds: (Date.now() - job.startedAt.getTime()) / 1_000 }, "Running");
  }
};
