/** A job of ActiveJob while it runs: what its handler, its callbacks and its rules see. What costs is read when it is asked for. */
import type { JobClient, JobContext, Payload } from "@tsq/core";
import { loggedError } from "@tsq/core/protocol";
import { countIn, textIn } from "../enqueue/envelope.ts";
import type { RawEnvelope } from "../enqueue/envelope.ts";
import type { Rescued, Told } from "../failures/rescues.ts";
import type { ActiveJobContext, RetryJobOptions } from "./active-job-context.ts";

/** Enqueues a job that runs. */
export type Retry = (job: RunningActiveJob, options: RetryJobOptions) => Promise<string | null>;

export class RunningActiveJob implements ActiveJobContext, Rescued {
  /** The job of tsq that it is. */
  readonly job: JobContext;
  readonly envelope: RawEnvelope;
  readonly executions: number;
  arguments: readonly unknown[] = [];
  /** Of a mail. */
  params: Readonly<Record<string, unknown>> | undefined;
  readonly #retry: Retry;
  #counts: Record<string, number> | undefined;

  constructor(job: JobContext, envelope: RawEnvelope, retry: Retry) {
    this.job = job;
    this.envelope = envelope;
    this.executions = countIn(envelope["executions"]) + 1;
    this.#retry = retry;
  }

  get jid(): string {
    return this.job.jid;
  }

  get class(): string {
    return this.job.class;
  }

  get queue(): string {
    return this.job.queue;
  }

  get attempt(): number {
    return this.job.attempt;
  }

  get payload(): Readonly<Payload> {
    return this.job.payload;
  }

  get payloadText(): string | undefined {
    return this.job.payloadText;
  }

  get stopping(): AbortSignal {
    return this.job.stopping;
  }

  get isInterrupted(): boolean {
    return this.job.isInterrupted;
  }

  get signal(): AbortSignal {
    return this.job.signal;
  }

  get client(): JobClient {
    return this.job.client;
  }

  get deadline(): Date | undefined {
    return this.job.deadline;
  }

  get logger(): JobContext["logger"] {
    return this.job.logger;
  }

  get jobId(): string {
    return textIn(this.envelope["job_id"]) ?? "";
  }

  get priority(): number | null {
    const { priority } = this.envelope;
    return typeof priority === "number" ? priority : null;
  }

  get locale(): string | undefined {
    return textIn(this.envelope["locale"]);
  }

  get timezone(): string | undefined {
    return textIn(this.envelope["timezone"]);
  }

  get enqueuedAt(): Date | undefined {
    return dateIn(this.envelope["enqueued_at"]);
  }

  get scheduledAt(): Date | undefined {
    return dateIn(this.envelope["scheduled_at"]);
  }

  get exceptionExecutions(): Readonly<Record<string, number>> {
    return (this.#counts ??= countsIn(this.envelope["exception_executions"]));
  }

  count(key: string): number {
    // Without counts of its own, in a payload of somebody's own, all executions count, as in Rails.
    if (this.envelope["exception_executions"] === undefined || this.envelope["exception_executions"] === null)
      return this.executions;
    const counts = (this.#counts ??= countsIn(this.envelope["exception_executions"]));
    return (counts[key] = (counts[key] ?? 0) + 1);
  }

  retryJob(options: RetryJobOptions = {}): Promise<string | null> {
    return this.#retry(this, options);
  }

  /** A line of the log: this run is done, and nothing else would tell why it did not do its work. */
  tell(what: Told, error: unknown): void {
    // The jid of this run is the logger's own. By ActiveJob's id the attempts can be joined.
    const line = { err: loggedError(error), executions: this.executions, jobId: this.jobId };
    if (what.kind === "retried")
      this.logger.info({ ...line, in: what.seconds, newJid: what.jid }, "enqueued again by retryOn");
    else if (what.kind === "discarded") this.logger.warn(line, "discarded by discardOn");
    else
      this.logger.warn(
        line,
        "not enqueued again by retryOn: a callback or a client middleware stopped it, and the job is over",
      );
  }
}

const dateIn = (value: unknown): Date | undefined => {
  if (typeof value !== "string") return undefined;
  // Of nine decimals a Date takes three.
  const date = new Date(value);
  return Number.isNaN(date.getTime()) ? undefined : date;
};

const countsIn = (value: unknown): Record<string, number> => {
  // Without a prototype: the keys are whatever Ruby's errors are called.
  const counts = Object.create(null) as Record<string, number>;
  if (typeof value !== "object" || value === null) return counts;
  for (const [key, count] of Object.entries(value)) counts[key] = countIn(count);
  return counts;
};
