/** Jobs in the retry set as Sidekiq leaves them, for commands that look and repair. */
import type { Redis } from "ioredis";

export interface FailedJob {
  readonly jid: string;
  readonly class?: string;
  readonly queue?: string;
  readonly error?: string;
  readonly message?: string;
  readonly args?: readonly unknown[];
}

/** 24 hexadecimal digits, as Sidekiq's. */
export const jidOf = (n: number): string => n.toString(16).padStart(24, "0");

export const payloadOf = ({
  jid,
  class: name = "HardJob",
  queue = "default",
  error = "RuntimeError",
  message = "boom",
  args = [1],
}: FailedJob): string =>
  JSON.stringify({
    class: name,
    args,
    jid,
    queue,
    retry: true,
    created_at: Date.now() - 3_600_000,
    enqueued_at: Date.now() - 1_800_000,
    failed_at: Date.now() - 900_000,
    retry_count: 0,
    error_class: error,
    error_message: message,
  });

/**
 * With a score of a second each, in their order, from an hour from now on, less what a test takes: 59 minutes throughout. In
 * the dead set from an hour ago.
 */
export const fail = async (
  redis: Redis,
  jobs: readonly FailedJob[],
  set: "retry" | "dead" | "schedule" = "retry",
): Promise<void> => {
  const from = Date.now() / 1_000 + (set === "dead" ? -3_600 : 3_590);
  const pipeline = redis.pipeline();
  for (const [i, job] of jobs.entries()) pipeline.zadd(set, from + i, payloadOf(job));
  await pipeline.exec();
};
