/** What INFO says of the server. */
import type { ApiConnection } from "@tsq/core/api";

/** By Redis' own names, as text. */
export const redisFacts = async (api: ApiConnection): Promise<ReadonlyMap<string, string>> => {
  const info = await api.redis.info();
  return new Map(
    info.split(/\r?\n/).flatMap((line) => {
      const colon = line.indexOf(":");
      return colon > 0 ? [[line.slice(0, colon), line.slice(colon + 1)] as const] : [];
    }),
  );
};

/** Whether it follows another, and takes no changes. False where an ACL does not let it say so. */
const readIsReplica = async (api: ApiConnection): Promise<boolean> => {
  const info = await api.redis.info("replication").catch(() => "");
  return /^role:slave\r?$/m.test(info);
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
