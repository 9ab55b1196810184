/** Fires an instant for a poll, and tells what became of it: what is wrong with one entry keeps no other from firing. */
import { RedisUnusableError, TsqError } from "@tsq/core";
import { HookTimeoutError, isNoPermission, isOfServer, refusalIn } from "@tsq/core/protocol";
import type { PreparedPush } from "@tsq/core/protocol";
import type { Claimed, Fired, FireWhat, Firing } from "./firing.ts";
import type { Teller } from "./teller.ts";

/** Silent is one whose client middleware has not answered, or not yet: its claim stays, and is tried again if need be. */
export type FiredOrNot = Fired | "failed" | "silent";

/**
 * Resolves to what became of it. What a client middleware throws is told with the entry whatever it says: a service that
 * a middleware cannot reach fails in the words of a Redis that is away. A look waits for it for `firing.lookMs`, then it
 * goes on beside the looks; meanwhile nothing else of its entry is fired.
 *
 * @throws what Redis does to the push
 */
export const fireAndTell = async (
  firing: Firing,
  tell: Teller,
  claimed: Claimed,
  what: FireWhat,
): Promise<FiredOrNot> => {
  const { unanswered, lookMs } = firing;
  const { key } = claimed;
  if (unanswered.has(key)) return "silent";
  unanswered.add(key);
  const work = toTheEnd(firing, tell, claimed, what).finally(() => unanswered.delete(key));
  let late: NodeJS.Timeout | undefined;
  const limit = new Promise<undefined>((resolve) => (late = setTimeout(resolve, lookMs, undefined)));
  try {
    const fired = await Promise.race([work, limit]);
    if (fired !== undefined) return fired;
  } finally {
    clearTimeout(late);
  }
  work.catch((error: unknown) => {
    // What is wrong with Redis is told by the look that meets it. The claim is there for the next one.
    if (isOfEntry(error)) tell.failed(key, error);
  });
  return "silent";
};

const toTheEnd = async (
  firing: Firing,
  tell: Teller,
  claimed: Claimed,
  what: FireWhat,
): Promise<FiredOrNot> => {
  let job: PreparedPush | null | undefined;
  try {
    job = await firing.prepare(claimed, what);
  } catch (error) {
    tell.failed(claimed.key, error);
    return error instanceof HookTimeoutError ? "silent" : "failed";
  }
  const fired = await firing.push(claimed, job, what);
  const pushed =
    fired === "pushed" && job
      ? { jid: job.jid, class: what.hash["klass"] ?? "", queue: job.queue }
      : undefined;
  tell.fired(claimed.key, claimed.tick, fired, pushed);
  return fired;
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
