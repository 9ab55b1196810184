/** Runs the client middleware over a job that is about to be pushed, as Ruby's client does: with its times in it. */
import { InvalidJobError } from "../errors.ts";
import type { Chain } from "../config/chain.ts";
import type { Payload } from "../wire/payload.ts";
import { writeDeadline } from "../job/deadline.ts";
import { runClientChain } from "./chain.ts";
import type { ClientMiddleware, PushContext } from "./chain.ts";
import { checkPayload, secondsOf, tokenOf } from "./normalize.ts";

/** What a push is to do after its middleware. */
export interface Admitted {
  /** When the job is to run, which a middleware may have changed; undefined for at once. */
  readonly at: number | undefined;
}

/**
 * @param at when the job is to run, if not at once
 * @param created the member `created_at` of a job that has none
 * @returns null when a middleware stopped the push
 * @throws InvalidJobError when a middleware made something of the payload that Ruby could not read
 */
export const admit = async (
  chain: Chain<ClientMiddleware>,
  payload: Payload,
  at: number | undefined,
  created: string,
  push: PushContext,
): Promise<Admitted | null> => {
  const { jid } = payload;
  payload.created_at ??= Number(tokenOf(created));
  if (at !== undefined) payload["at"] ??= at;
  if (!(await runClientChain(chain, payload, push))) return null;
  if (payload.jid !== jid && typeof payload.jid !== "string") {
    throw new InvalidJobError("A client middleware removed the job's jid. Leave `jid` as it is.");
  }
  checkPayload(payload);
  // `checkPayload` has seen that this is a number or a Date, if anything.
  const own = payload["at"] as number | Date | null | undefined;
  const due = own === undefined || own === null ? undefined : secondsOf(own);
  writeDeadline(payload, due);
  return { at: due };
};
