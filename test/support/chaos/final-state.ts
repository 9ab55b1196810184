/** What Redis holds of the jobs of a run, place by place. */
import type { Redis } from "ioredis";
import type { FinalState } from "./checker.ts";
import { PUSHED } from "./driver.ts";
import type { Memory } from "./history.ts";

export interface RedisState extends FinalState {
  /** What `tsq:owners` names. */
  readonly owners: readonly string[];
}

export async function stateOf(redis: Redis): Promise<RedisState> {
  const [queues, hashes, pads] = await Promise.all([
    redis.keys("queue:*"),
    redis.keys("tsq:in-flight:*"),
    redis.keys("tsq:pad:*"),
  ]);
  const queued = await inLists(redis, queues);
  const padded = await inLists(redis, pads);
  const held: string[] = [];
  for (const hash of hashes) {
    for (const [slot, value] of Object.entries(await redis.hgetall(hash))) {
      if (!slot.startsWith("#"))
        held.push(value.startsWith("\n") ? value.slice(value.indexOf("\n", 1) + 1) : value);
    }
  }
  return {
    queued: queued.map(idOf),
    inFlight: [...held, ...padded].map(idOf),
    retry: (await redis.zrange("retry", "0", "-1")).map(idOf),
    scheduled: (await redis.zrange("schedule", "0", "-1")).map(idOf),
    dead: (await redis.zrange("dead", "0", "-1")).map((text) => ({
      id: idOf(text),
      isPoisonPill: text.includes('"error_class":"Tsq::PoisonPill"'),
    })),
    owners: await redis.hkeys("tsq:owners"),
  };
}

/** What Redis has, as a history tells it. */
export async function memoryOf(redis: Redis): Promise<Memory> {
  const { queued, inFlight, retry, scheduled, dead } = await stateOf(redis);
  return {
    knows: await redis.smembers(PUSHED),
    holds: [...queued, ...inFlight, ...retry, ...scheduled, ...dead.map(({ id }) => id)],
  };
}

async function inLists(redis: Redis, keys: readonly string[]): Promise<readonly string[]> {
  const lists = await Promise.all(keys.map((key) => redis.lrange(key, 0, -1)));
  return lists.flat();
}

/** A job's jid; what is no job is its own name. */
function idOf(payload: string): string {
  try {
    return (JSON.parse(payload) as { jid: string }).jid;
  } catch {
    return payload;
  }
}
