/** The chain that wraps a push. */
import type { Chain } from "../config/chain.ts";
import type { Redis } from "../redis/connect.ts";
import type { Payload } from "../wire/payload.ts";

/** Why and where to a job is pushed. */
export interface PushContext {
  /**
   * `push` for one job and `bulk` for one of many; `inline` for one that runs at once and goes to no Redis; `due` for one
   * that comes out of the schedule, and `retried` for one out of the retry set or the dead set, whoever moves it; `cron`
   * is kept for periodic jobs.
   */
  readonly reason: "push" | "bulk" | "inline" | "due" | "retried" | "cron";
  /**
   * The Redis that the job goes to; of an inline one, that of its client. It is a connection beside that of the pushes,
   * which opens when it is first asked for and ends with the client or the worker: use it before the middleware is
   * through. The data API gives its own.
   */
  redis(): Redis;
}

/**
 * Wraps every push, also the poller's when a job falls due. It may change the payload;
 * not calling `next` stops the push, and the caller gets `null` for its jid.
 */
export type ClientMiddleware = (
  payload: Payload,
  next: () => Promise<void>,
  push: PushContext,
) => Promise<void> | void;

/** Runs the chain; true when it reached the end, so that the push may go on. */
export const runClientChain = async (
  { calls }: Chain<ClientMiddleware>,
  payload: Payload,
  push: PushContext,
): Promise<boolean> => {
  let reached = false;
  const step = async (i: number): Promise<void> => {
    const middleware = calls[i];
    if (middleware) await middleware(payload, () => step(i + 1), push);
    else reached = true;
  };
  await step(0);
  return reached;
};
