/** Looks at the server before the first job: who else is there, and whether it may throw jobs away. */
import type { Logger } from "pino";
import { connect, readGenerations } from "@tsq/core/protocol";
import type { RedisTarget } from "@tsq/core";

/** Warns of a server that evicts; resolves to the generations of the processes that share it. */
export const lookAround = async (target: RedisTarget, log: Logger): Promise<ReadonlySet<number>> => {
  const redis = connect(target, "client");
  try {
    const generations = await readGenerations(redis);
    const policy = /maxmemory_policy:(\S+)/.exec(await redis.info("memory"))?.[1];
    if (policy && policy !== "noeviction") {
      log.warn(`Redis may evict jobs: its maxmemory-policy is \`${policy}\`. Set it to \`noeviction\`.`);
    }
    return generations;
  } finally {
    redis.disconnect();
  }
};
