/** @tsq/worker: what runs jobs. */
export { Worker } from "./worker.ts";
export type { RunningJobInfo } from "./run/running-job.ts";
export type { CapsuleOptions } from "./options/capsules.ts";
export type { WorkerOptions } from "./options/worker-options.ts";
export type { DeathHandler } from "@tsq/core";
export type { Extension, ExtensionHost, ExtensionOptions, JobRun } from "./extension.ts";
export type { Hold } from "./fetch/holds.ts";
export type { LoopSpec } from "./services/loop.ts";
export type { Service } from "./services/service.ts";
export type { BacktraceCleaner } from "./report/backtrace-cleaner.ts";
export type { BeatReport } from "./beat/beat.ts";
export type { ErrorContext, ErrorHandler } from "./run/hooks.ts";
export type { LifecycleEvent, WorkerEvents } from "./services/lifecycle.ts";
export type { QueueMode, QueueSpec } from "./options/queue-order.ts";
export { logDestination } from "./report/log-destination.ts";
export type { LogDestination } from "./report/log-destination.ts";
export { VERSION } from "@tsq/core/protocol";
