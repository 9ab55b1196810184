/** Clearing a queue of the jobs that somebody has counted, and of none that has come since. */
import { refuseUnknown } from "../../config/nearest.ts";
import { ConfigError } from "../../errors.ts";
import { clear } from "../../redis/scripts.gen.ts";
import { shown } from "../../report/inspect.ts";
import { QUEUES, queueKey } from "../../wire/keys.ts";
import type { ApiConnection } from "../api-connection.ts";
import { claim } from "../claims.ts";
import type { JobRecord } from "../job-record.ts";

/** Which jobs of a queue, as of bulk work. */
export interface ClearScope {
  /** What was put there later stays, and the queue with it. @default now */
  asOf?: Date | undefined;
  /**
   * At most so many go, the oldest; an integer from 0. Jobs that a worker hands back may take the place of some that were
   * counted, and do not go beside them.
   *
   * @default no limit
   */
  count?: number | undefined;
}

interface CountedQueue extends AsyncIterable<JobRecord> {
  readonly name: string;
}

/** @throws ConfigError when something of the scope is not what it should be */
export const clearCounted = async (
  api: ApiConnection,
  queue: CountedQueue,
  scope: ClearScope,
): Promise<number> => {
  refuseUnknown("clearing a queue", scope, ["asOf", "count"]);
  const { asOf = new Date(), count = Number.MAX_SAFE_INTEGER } = scope;
  if (!Number.isSafeInteger(count) || count < 0)
    throw new ConfigError(`Expected \`count\` to be an integer from 0, got ${shown(count)}.`);
  if (!(asOf instanceof Date) || Number.isNaN(asOf.getTime()))
    throw new ConfigError(`Expected \`asOf\` to be a Date, got ${shown(asOf)}.`);
  const keys = { queue: queueKey(queue.name), queues: QUEUES };
  const newest = await newestOf(api, queue, asOf, count);
  // All that is there has come since.
  if (newest === undefined) return 0;
  return claim(
    api.redis,
    (redis) => clear(redis, keys, { newest, most: count }),
    (done) => done > 0,
  );
};

/** The newest of those that are meant; empty where there is no job, undefined where none is meant. */
const newestOf = async (
  api: ApiConnection,
  queue: CountedQueue,
  asOf: Date,
  count: number,
): Promise<Buffer | "" | undefined> => {
  let newer = 0;
  for await (const job of queue) {
    if (job.enqueuedAt !== undefined && job.enqueuedAt > asOf) {
      newer++;
      continue;
    }
    const key = queueKey(queue.name);
    if ((await api.redis.llen(key)) - newer <= count) return job.bytes;
    // What the script ends with in any case: if its answer is lost, the second one must find no more of them.
    return (await api.redis.lindexBuffer(key, -count)) ?? job.bytes;
  }
  return newer === 0 ? "" : undefined;
};
