/** What a process of tsq holds, and what it has told of it at its last heartbeat: the two may differ for ten seconds. */
import type { Redis } from "ioredis";

/** One capsule holds these, and no other job. */
export const holdsOnly = async (
  redis: Redis,
  identity: string,
  ...payloads: readonly string[]
): Promise<void> => {
  const owner = `${identity}~default~0`;
  const slots = Object.fromEntries(payloads.map((payload, i) => [`a${i}`, payload]));
  await redis
    .multi()
    .hset("tsq:owners", owner, '["default"]')
    .del(`tsq:in-flight:${owner}`)
    .hset(`tsq:in-flight:${owner}`, { "#0": "1", "#1": "0", ...slots })
    .exec();
};

export const tellsRuns = async (
  redis: Redis,
  identity: string,
  payloads: readonly string[],
  more: object = {},
): Promise<void> => {
  const runs = payloads.map((payload, i) => [
    `t${i}`,
    JSON.stringify({ queue: "default", payload, run_at: Math.floor(Date.now() / 1_000) - 3, ...more }),
  ]);
  await redis.hset(`${identity}:work`, Object.fromEntries(runs) as Record<string, string>);
};
