/** What a test finds in Redis after a push, as text and parsed. */
import type { Payload } from "@tsq/core";
import { parseJson } from "@tsq/core/protocol";
import type { Redis } from "ioredis";

/** A queue's payloads as they are, the next one to be fetched first. */
export const queuedTexts = async (redis: Redis, queue = "default"): Promise<string[]> =>
  (await redis.lrange(`queue:${queue}`, 0, -1)).toReversed();

export const queued = async (redis: Redis, queue = "default"): Promise<Payload[]> =>
  (await queuedTexts(redis, queue)).map(payloadOf);

export interface Scheduled {
  readonly payload: Payload;
  readonly text: string;
  readonly at: number;
}

/** The scheduled set, the soonest first. */
export const scheduled = async (redis: Redis): Promise<Scheduled[]> => {
  const flat = await redis.zrange("schedule", "0", "-1", "WITHSCORES");
  return flat.flatMap((text, i) =>
    i % 2 === 0 ? [{ text, payload: payloadOf(text), at: Number(flat[i + 1]) }] : [],
  );
};

/** The keys of a database, but for the numbers that clients leave while they are open. */
export const keysOfJobs = async (redis: Redis): Promise<string[]> =>
  (await redis.keys("*"))
    .filter((key) => !key.startsWith("tsq:push:"))
    .toSorted((a, b) => a.localeCompare(b));

const payloadOf = (text: string): Payload => parseJson(text) as Payload;
