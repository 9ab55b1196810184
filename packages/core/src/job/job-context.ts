/** What a job sees of itself while it runs. */
import type { Logger } from "pino";
import type { JobClient } from "../client/job-client.ts";
import type { Payload } from "../wire/payload.ts";

/** What a handler and a server middleware see of the job that runs. */
export interface JobContext {
  readonly jid: string;
  /** The name of its class; of a job of ActiveJob the class that its wrapper holds, `payload.class` being the wrapper's. */
  readonly class: string;
  /** The queue it was taken from. */
  readonly queue: string;
  /** 1 for the first run, 2 for the first retry, and so on. */
  readonly attempt: number;
  /** The parsed payload. Changing it changes nothing in Redis. */
  readonly payload: Readonly<Payload>;
  /** The payload as it came from Redis, with Ruby's `1.0` and integers of any size; undefined inline. */
  readonly payloadText?: string | undefined;
  /**
   * Aborts as soon as the worker takes no more jobs, because it was told to be quiet or to stop: save what is done and
   * return, before the deadline of the stop. A job that returns is done; one that throws has failed, as always.
   *
   * @example
   * for (const page of pages) {
   *   if (job.stopping.aborted) return ReportJob.performAsync(page);
   *   await report(page);
   * }
   */
  readonly stopping: AbortSignal;
  /** Whether `stopping` has aborted, for a loop that asks now and then (Sidekiq's `interrupted?`). */
  readonly isInterrupted: boolean;
  /**
   * Aborts when the job has been given away, handed back at the deadline of a stop or rescued by another process, when
   * somebody cancels it, and when its own `timeout` or `deadline` is over. Its reason is an error with a `code`, such as
   * `TSQ_SHUTDOWN`, `TSQ_CANCELLED`, `TSQ_TIMEOUT` or `TSQ_DEADLINE`. Pass it to fetch and other APIs.
   */
  readonly signal: AbortSignal;
  /**
   * Pushes to the Redis that this job came from: the client of `configure()` where that is its Redis, else one of the
   * worker with its `wire` and `clientMiddleware`; inline, the client that the job was called with. Where a worker has a
   * Redis of its own, `other.set({ client: job.client }).performAsync()` stays on it.
   */
  readonly client: JobClient;
  /** When it is no longer worth running, by the `deadline` that it was pushed with; `signal` aborts then, with `TSQ_DEADLINE`. */
  readonly deadline: Date | undefined;
  /** Writes `jid` and `class` on every line. */
  readonly logger: Logger;
}

/** What `retryIn` answers: seconds, `"kill"` for the dead set, `"discard"` for nowhere, else the usual delay. */
export type RetryDelay = number | "kill" | "discard" | undefined | null;

/** What a job is asked when it has failed. */
export interface RetryHooks {
  /** When to run again; see `DefineJobOptions`. */
  readonly retryIn?:
    | ((count: number, error: unknown, payload: Readonly<Payload>) => RetryDelay | Promise<RetryDelay>)
    | undefined;
  /** Told of a job that is out of attempts; see `DefineJobOptions`. */
  readonly retriesExhausted?: ((payload: Readonly<Payload>, error: unknown) => unknown) | undefined;
  /** Whether what was thrown kills the job: no attempt follows, and it is not dropped, whatever its `retry` says. */
  readonly isFatal?: ((error: unknown) => boolean) | undefined;
}

/** What runs a job. */
export type Handler<Args extends readonly unknown[]> = (job: JobContext, ...args: Args) => unknown;
