/** Runs a job of ActiveJob that throws, without a worker, and shows what it was enqueued as again. */
import { defineActiveJob } from "@tsq/active-job";
import type { DefineActiveJobOptions } from "@tsq/active-job";
import { Client } from "@tsq/core";
import type { JobContext } from "@tsq/core";
import { pino } from "pino";
import { NotingTransport } from "./noting-transport.ts";

export class ApiError extends Error {
  override readonly name: string = "ApiError";
}
export class RateLimitError extends ApiError {
  override readonly name = "Zalo::RateLimitError";
  readonly code = "RATE_LIMIT";
}

export const ENVELOPE = {
  job_class: "RuledJob",
  job_id: "8b5cf200-a32b-4447-b16c-d36346662ca3",
  provider_job_id: null,
  queue_name: "default",
  priority: null,
  arguments: [],
  executions: 0,
  exception_executions: {},
  locale: "en",
  timezone: null,
  enqueued_at: "2029-12-31T00:00:00.000000000Z",
  scheduled_at: null,
};

export interface Run {
  readonly options: DefineActiveJobOptions;
  readonly error: unknown;
  readonly envelope?: object;
  readonly payload?: object;
  readonly text?: string;
  readonly signal?: AbortSignal;
}

interface Again {
  readonly args: readonly [typeof ENVELOPE];
  readonly [key: string]: unknown;
}

/** One for each test. */
export class RuledJob {
  readonly transport = new NotingTransport();

  /** Runs a job that throws this, as a worker would. */
  async run({ options, error, envelope, payload, text, signal }: Run): Promise<unknown> {
    const job = defineActiveJob("RuledJob", options, () => {
      throw error;
    });
    const whole = {
      class: "Sidekiq::ActiveJob::Wrapper",
      wrapped: "RuledJob",
      queue: "default",
      jid: "old",
      args: [{ ...ENVELOPE, ...envelope }],
      ...payload,
    };
    const context = {
      jid: whole.jid,
      class: "RuledJob",
      queue: "default",
      payload: whole,
      payloadText: text ?? JSON.stringify(whole),
      signal: signal ?? new AbortController().signal,
      client: new Client({ transport: this.transport }),
      logger: pino({ level: "silent" }),
    };
    // What rules ask of a job, and no more.
    return await job.run(context as unknown as JobContext);
  }

  /** The job that was enqueued again, and in how many seconds it is to run. */
  again(): readonly [payload: Again, seconds: number] {
    const [[text, at] = [undefined, undefined]] = this.transport.scheduled;
    const queued = Object.values(this.transport.queues).flat()[0];
    const nowSeconds = Date.now() / 1_000;
    return [JSON.parse(text ?? queued ?? "null") as Again, (at ?? nowSeconds) - nowSeconds];
  }
}
