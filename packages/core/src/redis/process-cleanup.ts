/** Takes dead processes out of `processes`, as every Sidekiq process does now and then (WIRE §7.6). */
import type { Redis } from "./connect.ts";
import { PROCESS_CLEANUP, PROCESSES } from "../wire/keys.ts";

// One process of the fleet cleans per minute.
const LOCK_SECONDS = 60;

/** Resolves with how many were taken out; 0 also when another process has cleaned within the last minute. */
export const cleanupProcesses = async (redis: Redis): Promise<number> => {
  if ((await redis.set(PROCESS_CLEANUP, "1", "EX", LOCK_SECONDS, "NX")) !== "OK") return 0;
  const identities = await redis.smembers(PROCESSES);
  const pipeline = redis.pipeline();
  for (const identity of identities) pipeline.hget(identity, "info");
  const infos = (await pipeline.exec()) ?? [];
  const dead = identities.filter((_, i) => infos[i]?.[0] === null && infos[i]?.[1] === null);
  return dead.length > 0 ? redis.srem(PROCESSES, ...dead) : 0;
};
