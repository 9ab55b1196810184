/** Jobs as another process may have pushed them: text, with whatever a test wants in it. */
import { randomBytes } from "node:crypto";
import type { Redis } from "ioredis";

/** A payload in Ruby's key order, with fields changed or added. */
export const payloadText = (fields: Readonly<Record<string, unknown>> = {}): string =>
  JSON.stringify({
    retry: true,
    queue: "default",
    args: [],
    class: "HardJob",
    jid: randomBytes(12).toString("hex"),
    created_at: 1_795_451_241_069,
    enqueued_at: 1_795_451_241_070,
    ...fields,
  });

/** Pushes payloads as they are, to be run in this order. */
export const pushTexts = async (
  redis: Redis,
  texts: readonly (string | Buffer)[],
  queue = "default",
): Promise<void> => {
  await redis.sadd("queues", queue);
  for (let i = 0; i < texts.length; i += 1_000)
    await redis.lpush(`queue:${queue}`, ...texts.slice(i, i + 1_000));
};
