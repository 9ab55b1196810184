/** A job made ready to be pushed by a script of somebody's own, as those of cron are: checked, through its middleware, and with its times. */
import type { Chain } from "../config/chain.ts";
import type { JobOptions } from "../wire/payload.ts";
import { timeToken } from "../wire/time.ts";
import type { WireGeneration } from "../wire/time.ts";
import { admit } from "./admit.ts";
import type { ClientMiddleware, PushContext } from "./chain.ts";
import { dumpPayload, normalize } from "./normalize.ts";
import type { PushItem } from "./normalize.ts";

/** What is to be pushed. */
export interface PreparedPush {
  readonly jid: string;
  readonly queue: string;
  /** When it is to run, in seconds since 1970; undefined for at once. */
  readonly at: number | undefined;
  /** The payload, byte for byte as it goes to Redis. */
  readonly text: string;
}

export interface PreparePushOptions {
  /** What every job starts from. */
  readonly defaults: JobOptions;
  readonly middleware: Chain<ClientMiddleware>;
  readonly nextJid: () => string;
  readonly wire: WireGeneration;
  /** What middleware is told. */
  readonly push: PushContext;
}

/**
 * Makes a payload as `push()` of a Client would, and pushes nothing.
 *
 * @returns null when a client middleware stopped it
 * @throws InvalidJobError when Ruby could not read the job back; what a middleware throws
 */
export const preparePush = async (
  item: PushItem,
  { defaults, middleware, nextJid, wire, push }: PreparePushOptions,
): Promise<PreparedPush | null> => {
  const { payload, at } = normalize(item, nextJid, defaults);
  const created = `,"created_at":${timeToken(Date.now(), wire)}`;
  const admitted = middleware.size > 0 ? await admit(middleware, payload, at, created, push) : { at };
  if (!admitted) return null;
  const text = dumpPayload(payload, created);
  const { jid, queue } = payload;
  return admitted.at === undefined
    ? { jid, queue, at: undefined, text: `${text},"enqueued_at":${timeToken(Date.now(), wire)}}` }
    : { jid, queue, at: admitted.at, text: `${text}}` };
};
