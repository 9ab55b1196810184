/** Fires an instant for a poll, and tells what became of it: what is wrong with one entry keeps no other from firing. */
import { RedisUnusableError, TsqError } from "@tsq/core";
import { isNoPermission, isOfServer, refusalIn } from "@tsq/core/protocol";
import type { PreparedPush } from "@tsq/core/protocol";
import type { Claimed, FireWhat, Firing } from "./firing.ts";
import type { Teller } from "./teller.ts";

/**
 * Resolves to whether its job was pushed. What a client middleware throws is told with the entry whatever it says: a
 * service that a middleware cannot reach fails in the words of a Redis that is away.
 *
 * @throws what Redis does to the push
 */
export const fireAndTell = async (
  firing: Firing,
  tell: Teller,
  claimed: Claimed,
  what: FireWhat,
): Promise<boolean> => {
  let job: PreparedPush | null | undefined;
  try {
    job = await firing.prepare(claimed, what);
  } catch (error) {
    tell.failed(claimed.key, error);
    return false;
  }
  const fired = await firing.push(claimed, job, what);
  const pushed =
    fired === "pushed" && job
      ? { jid: job.jid, class: what.hash["klass"] ?? "", queue: job.queue }
      : undefined;
  tell.fired(claimed.key, claimed.tick, fired, pushed);
  return fired === "pushed";
};

/** An answer of Redis to commands of one entry, or a refusal of tsq. All else is Redis itself, and is told by the loop. */
export const isOfEntry = (error: unknown): boolean => {
  if (error instanceof TsqError) return !(error instanceof RedisUnusableError);
  if (!(error instanceof Error) || error.name !== "ReplyError") return false;
  const { message } = refusalIn(error);
  if (isOfServer(message)) return false;
  // A command is refused to all entries, the keys of a queue to those of the queue.
  return !isNoPermission(message) || /\bkeys?\b/.test(message);
};
