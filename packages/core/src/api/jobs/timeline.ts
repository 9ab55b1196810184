/** What a job has been through and what is to come, as far as its fields tell, and the failures that workers of tsq have kept. */
import { numberIn } from "../../wire/payload.ts";
import type { JobAttempt } from "./kept-runs.ts";
import { dateOf } from "../dates.ts";
import type { JobRecord } from "../job-record.ts";

/** What happened to a job, or will. */
export interface JobEvent {
  /**
   * `created` is the first push, `enqueued` the last time it was put onto a queue, `due` when it will be or should have
   * been. `discarded` is only in what death handlers are given.
   */
  readonly kind: "created" | "enqueued" | "started" | "failed" | "cancelled" | "discarded" | "died" | "due";
  readonly at: Date;
  /** Of `failed`: which attempt that was, from 1; undefined when the job does not say. */
  readonly attempt?: number;
  /** Of `failed`: what is known of that run, where a worker of tsq has kept it. */
  readonly failure?: JobAttempt;
}

/** What is known of a job beside its fields. */
export interface KnownTimes {
  /** When it began to run. */
  readonly started?: Date | undefined;
  readonly cancelled?: Date | undefined;
  readonly died?: Date | undefined;
  readonly due?: Date | undefined;
  /** The failures that were kept. */
  readonly attempts?: readonly JobAttempt[];
}

/** The events of a job, oldest first. */
export const timelineOf = (
  job: JobRecord,
  { started, cancelled, died, due, attempts = [] }: KnownTimes,
): readonly JobEvent[] => {
  const { createdAt, enqueuedAt, failedAt, retriedAt, payload } = job;
  const count = numberIn(payload?.["retry_count"]);
  const event = (kind: JobEvent["kind"], at: Date | undefined, attempt?: number): readonly JobEvent[] =>
    at ? [attempt === undefined ? { kind, at } : { kind, at, attempt }] : [];
  /** A failure that was kept says more than the fields do of the same one. */
  const failed = (at: Date | undefined, attempt: number | undefined): readonly JobEvent[] =>
    attempts.some((kept) => isSame(kept, at, attempt)) ? [] : event("failed", at, attempt);
  return [
    ...event("created", createdAt),
    ...event("enqueued", enqueuedAt),
    ...failed(failedAt, 1),
    // The first retry is the second attempt, and has a `retry_count` of 1 behind it.
    ...failed(retriedAt, count === undefined ? undefined : count + 1),
    ...attempts.map((failure): JobEvent => {
      const { at, attempt } = failure;
      return { kind: "failed", at, attempt, failure };
    }),
    ...event("discarded", dateOf(payload?.["discarded_at"])),
    ...event("cancelled", cancelled),
    ...event("started", started),
    ...event("died", died),
    ...event("due", due),
  ].sort((one, other) => one.at.getTime() - other.at.getTime());
};

// One process writes both within a moment, unless its loop is blocked or a hook takes long.
const SAME_WITHIN_MS = 5_000;

const isSame = (kept: JobAttempt, at: Date | undefined, attempt: number | undefined): boolean =>
  at !== undefined &&
  (attempt === undefined || attempt === kept.attempt) &&
  Math.abs(kept.at.getTime() - at.getTime()) < SAME_WITHIN_MS;
