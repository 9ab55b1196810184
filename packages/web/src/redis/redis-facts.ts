/** What INFO says of the server. */
import type { ApiConnection } from "@tsq/core/api";
import { isReplicaIn, readServerInfo } from "@tsq/core/config";
import type { ServerInfo } from "@tsq/core/config";

/** By Redis' own names, as text. */
export const redisFacts = async (api: ApiConnection): Promise<ServerInfo> =>
  readServerInfo(await api.redis.info());

/** What a server says of itself, and how long it takes to say so. */
export interface RedisReading {
  readonly facts: ServerInfo;
  readonly roundTripMs: number;
}

/** Rejects as the command does. */
export const readRedis = async (api: ApiConnection): Promise<RedisReading> => {
  const startedMs = performance.now();
  const facts = await redisFacts(api);
  return { facts, roundTripMs: performance.now() - startedMs };
};

/** Whether it follows another, and takes no changes. False where an ACL does not let it say so. */
const readIsReplica = async (api: ApiConnection): Promise<boolean> => {
  const info = await api.redis.info("replication").catch(() => "");
  return isReplicaIn(readServerInfo(info));
};

/**
 * Reads it, and has the connection made anew when its server has become a replica: its name may lead elsewhere by now, and whoever
 * only looks is refused nothing by which that would be seen.
 */
export const roleReader = (api: ApiConnection): (() => Promise<boolean>) => {
  let was: boolean | undefined;
  return async () => {
    const isReplica = await readIsReplica(api);
    const isDemoted = was === false && isReplica;
    was = isReplica;
    if (isDemoted && api.isOwn) api.redis.disconnect(true);
    return isReplica;
  };
};
