/** @tsq/worker: what runs jobs. */
export { Worker } from "./worker.ts";
export type { RunningJobInfo } from "./running-job.ts";
export type { CapsuleOptions, WorkerOptions } from "./worker-options.ts";
export type { DeathHandler } from "@tsq/core";
export type { BacktraceCleaner } from "./backtrace-cleaner.ts";
export type { ErrorContext, ErrorHandler } from "./processor.ts";
export type { LifecycleEvent } from "./lifecycle.ts";
export type { QueueMode, QueueSpec } from "./queue-order.ts";
export { logDestination } from "./log-destination.ts";
export type { LogDestination } from "./log-destination.ts";
export { VERSION } from "@tsq/core/protocol";
