import { numberIn, readServerInfo } from "@tsq/core/config";
import type { Redis } from "@tsq/core/protocol";

/** A connection of a trial was closed, or could not be opened: by what is tried, or by chance, which happens once. */
export class Closed extends Error {}

/** None could be opened. Of what was to be tried by it that says nothing, however often it happens. */
export class Unopened extends Closed {
  /** @param why as far as the server says */
  constructor(why = "") {
    super(`no connection could be opened for it${why}`);
  }
}

/** The same, with the limit of the server when that is reached: who is refused for it mostly does not hear so. */
export const explained = async (redis: Redis): Promise<Unopened> => {
  const info = readServerInfo(await redis.info("clients"));
  const most = numberIn(info, "maxclients");
  const isFull = numberIn(info, "connected_clients") >= most;
  return new Unopened(isFull ? `; it has all ${most} that \`maxclients\` allows` : "");
};
