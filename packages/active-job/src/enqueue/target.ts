/** What is enqueued, and with what: a job of ActiveJob with its options, and with those of `set()` on top. */
import type { JobClient, JobContext, JobOptions } from "@tsq/core";
import type { Step } from "../callbacks.ts";
import type { EnqueuingJob } from "./enqueuing-job.ts";
import type { ActiveJobSettings } from "./app-settings.ts";

/** When it is to run: milliseconds since 1970, or from now. */
export type When = { readonly inMs: number } | { readonly atMs: number };

export interface Target {
  /** The class in Ruby. */
  readonly class: string;
  /** Sidekiq's options, which travel in the payload, but for the queue. */
  readonly options: JobOptions;
  /** Without its prefix. */
  readonly queue: string | undefined;
  readonly priority: number | undefined;
  readonly when?: When | undefined;
  readonly client: () => JobClient;
  readonly settings: () => ActiveJobSettings;
  readonly steps: readonly Step<EnqueuingJob>[];
  /** What Ruby's `perform` gets of the arguments of a caller. */
  readonly performed: (args: readonly unknown[]) => readonly unknown[];
  /** Runs one here; undefined where Ruby runs it. */
  readonly run: ((job: JobContext) => unknown) | undefined;
}

/** When a job is to run, in milliseconds since 1970; undefined when at once. */
export const dueMs = ({ when }: Pick<Target, "when">, nowMs: number): number | undefined => {
  if (!when) return undefined;
  return "inMs" in when ? nowMs + when.inMs : when.atMs;
};
