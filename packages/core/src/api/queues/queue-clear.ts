/** Clearing a queue of the jobs that somebody has counted, and of none that has come since. */
import { refuseUnknown } from "../../config/nearest.ts";
import { ConfigError } from "../../errors.ts";
import { clear } from "../../redis/scripts.gen.ts";
import { shown } from "../../report/inspect.ts";
import { QUEUES, queueKey } from "../../wire/keys.ts";
import type { ApiConnection } from "../api-connection.ts";
import { claim } from "../claims.ts";
import { payloadDigest } from "../payload-digest.ts";
import { readMarks } from "./queue-marks.ts";
import { walkQueue } from "./queue-walk.ts";

/** The jobs of a queue, as they were counted. */
export interface CountedJobs {
  /** How many there were. */
  readonly count: number;
  /**
   * Digests of those that were pushed last, the last one first, and of some before them: by their place and not by their
   * times, as whoever pushes has a clock of their own. Empty of an empty queue.
   */
  readonly newest: readonly string[];
}

/** Which jobs of a queue: what `counted()` has told. */
export interface ClearScope {
  /** What was pushed after the first of these that is still there stays, and the queue with it. @default all that is there now */
  newest?: readonly string[] | undefined;
  /**
   * At most so many go, the oldest; an integer from 0. Jobs that a worker hands back may take the place of some that were
   * counted, and do not go beside them.
   *
   * @default no limit
   */
  count?: number | undefined;
}

export const countJobs = async (api: ApiConnection, name: string): Promise<CountedJobs> => {
  const key = queueKey(name);
  // A key of another type refuses it: in what follows it would count as an empty queue.
  await api.redis.llen(key);
  const { size, digests } = await readMarks(api, key);
  return { count: size, newest: digests };
};

/** @throws ConfigError when something of the scope is not what it should be */
export const clearCounted = async (api: ApiConnection, name: string, scope: ClearScope): Promise<number> => {
  refuseUnknown("clearing a queue", scope, ["newest", "count"]);
  const { newest: digests, count = Number.MAX_SAFE_INTEGER } = scope;
  if (!Number.isSafeInteger(count) || count < 0)
    throw new ConfigError(`Expected \`count\` to be an integer from 0, got ${shown(count)}.`);
  if (digests !== undefined && !isTexts(digests))
    throw new ConfigError(
      `Expected \`newest\` to be a list of texts, got ${shown(digests)}. Pass that of \`counted()\`.`,
    );
  const keys = { queue: queueKey(name), queues: QUEUES };
  const newest = await newestOf(api, name, digests, count);
  // All that is there has come since.
  if (newest === undefined) return 0;
  return claim(
    api.redis,
    (redis) => clear(redis, keys, { newest, most: count }),
    (done) => done > 0,
  );
};

const isTexts = (list: unknown): boolean =>
  Array.isArray(list) && list.every((one) => typeof one === "string");

/** The newest of those that are meant; empty where there is no job, undefined where none is meant. */
const newestOf = async (
  api: ApiConnection,
  name: string,
  digests: readonly string[] | undefined,
  count: number,
): Promise<Buffer | "" | undefined> => {
  const meant = digests && new Set(digests);
  let newer = 0;
  for await (const payload of walkQueue(api, name)) {
    if (meant && !meant.has(payloadDigest(payload))) {
      newer++;
      continue;
    }
    const key = queueKey(name);
    if ((await api.redis.llen(key)) - newer <= count) return payload;
    // What the script ends with in any case: if its answer is lost, the second one must find no more of them.
    return (await api.redis.lindexBuffer(key, -count)) ?? payload;
  }
  return newer === 0 ? "" : undefined;
};
