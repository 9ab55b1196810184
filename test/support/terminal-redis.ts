/** What commands of the terminal look at and leave in Redis, beside jobs. */
import type { Redis } from "ioredis";

/** The latest entry of the audit trail, as texts by name. */
export const trailOf = async (redis: Redis): Promise<Readonly<Record<string, string>>> => {
  const [[, fields] = ["", [] as string[]]] = await redis.xrevrange("tsq:audit", "+", "-", "COUNT", 1);
  return Object.fromEntries(fields.flatMap((name, i) => (i % 2 === 0 ? [[name, fields[i + 1] ?? ""]] : [])));
};

export const heartbeat = async (
  redis: Redis,
  identity: string,
  queues: readonly string[],
  version: string,
): Promise<void> => {
  const [hostname, pid] = identity.split(":");
  const info = {
    hostname,
    pid: Number(pid),
    started_at: 1,
    tag: "",
    concurrency: 5,
    queues,
    labels: [],
    identity,
    version,
  };
  await redis
    .multi()
    .sadd("processes", identity)
    .hset(identity, {
      info: JSON.stringify(info),
      concurrency: 5,
      busy: 0,
      beat: Date.now() / 1_000,
      quiet: "false",
      rss: 1_000,
      rtt_us: 1,
    })
    .exec();
};
