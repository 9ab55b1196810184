/** A connection as the server sees it, to end it from another one. */
import type { Redis } from "ioredis";
import { isOfServer } from "./outage.ts";

export interface Seat {
  readonly id: string;
  /**
   * Another server, or the same one after a restart, may have given the same id to somebody else. Empty on a server that
   * lives in its only client's process.
   */
  readonly address: string;
}

/** Asks where a connection sits; undefined when the server does not say. */
export const askSeat = async (redis: Redis): Promise<Seat | undefined> =>
  seatOf(String(await redis.call("CLIENT", "INFO")));

/** Nothing that was written there is run any more once this is answered, however late it arrives; also when nobody sits there. */
export const endSeat = (redis: Redis, { id, address }: Seat): Promise<unknown> =>
  redis.call("CLIENT", "KILL", "ID", id, ...(address === "" ? [] : ["ADDR", address]));

/**
 * Whether it ends nobody's connection, now or later: an ACL forbids it, or what answers there does not know the command. Who
 * is in trouble, has not been told the password or is gone, may do it in a moment.
 */
export const endsNone = ({ name, message }: Error): boolean =>
  name === "ReplyError" && !isOfServer(message) && !message.startsWith("NOAUTH");

const seatOf = (info: string): Seat | undefined => {
  const id = /(?:^| )id=(\d+)/.exec(info)?.[1];
  const address = /(?:^| )addr=(\S*)/.exec(info)?.[1];
  return id === undefined || address === undefined ? undefined : { id, address };
};
