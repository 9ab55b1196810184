/** Looks at the server before the first job: what it lets us do, who else is there, and whether it may throw jobs away. */
import type { Logger } from "pino";
import type { Watching } from "@tsq/core/protocol";
import { evictionIn, evicts, readServerInfo } from "@tsq/core/config";
import { checkRights, checkServer, connect, readGenerations } from "@tsq/core/protocol";
import { NO_RIGHTS } from "../fetch/waiting/untold.ts";
import type { Untold } from "../fetch/waiting/untold.ts";
import { warningsOf } from "./neighbours.ts";
import type { Neighbourhood } from "./neighbours.ts";

export interface Surroundings extends Neighbourhood {
  readonly fetch: "reliable" | "basic";
  readonly watching: Watching;
  readonly untold: Untold;
}

/**
 * Warns of a server that evicts, and of neighbours that do not go together; resolves to the generations of the processes that share it.
 *
 * @throws RedisUnusableError in one line when it cannot be used
 */
export const lookAround = async (surroundings: Surroundings, log: Logger): Promise<ReadonlySet<number>> => {
  const { redis: target, fetch, watching, untold } = surroundings;
  await checkServer(target);
  const redis = connect(target, "client");
  try {
    const missed = await checkRights(redis, target, fetch, watching);
    if (missed) log.warn(missed.message);
    if (missed?.isUntold) untold.isNews(NO_RIGHTS);
    const generations = await readGenerations(redis);
    const eviction = evictionIn(readServerInfo(await redis.info("memory")));
    // Also without a limit of its memory, which somebody may set while it works.
    if (evicts(eviction) !== "never") {
      log.warn(
        `Redis may evict jobs: its maxmemory-policy is \`${eviction.policy}\`. Set it to \`noeviction\`.`,
      );
    }
    for (const line of await warningsOf(redis, surroundings)) log.warn(line);
    return generations;
  } finally {
    redis.disconnect();
  }
};
