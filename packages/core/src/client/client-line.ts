/** The line of a client to its Redis: opened at a push, and ended when all its pushes have their answers. */
import type { Logger } from "pino";
import { connect, silenceLimitOf } from "../redis/connect.ts";
import type { RedisTarget } from "../redis/connect.ts";
import { Fleet } from "../redis/fleet.ts";
import type { WireOption } from "../redis/fleet.ts";
import { LazyConnection } from "../redis/lazy-connection.ts";
import { failures } from "../redis/push-failure.ts";
import { Outage } from "../redis/outage.ts";
import type { WireGeneration } from "../wire/time.ts";
import type { PushContext } from "./chain.ts";
import { Enqueuer } from "./enqueuer.ts";

export interface Line {
  readonly fleet: Fleet;
  readonly enqueuer: Enqueuer;
  /** For what middleware asks: whatever it does with it, the pushes have a connection of their own. */
  readonly asked: LazyConnection;
  /** Pushes that may not have reached the enqueuer: a middleware or the look at the fleet holds them up. */
  readonly begun: Set<Promise<unknown>>;
  /** Throws what a failed push or look is rejected with. */
  readonly fail: (error: Error) => never;
}

export const openLine = (target: RedisTarget, wire: WireOption, logger: Logger | undefined): Line => {
  const outage = Outage.to(logger, target);
  const redis = connect(target, "push", outage?.connection("client"));
  const asked = new LazyConnection(() => connect(target, "client", outage?.connection("client middleware")));
  const fleet = new Fleet(redis, wire);
  const fail = failures(redis, target);
  const enqueuer = new Enqueuer(redis, { waitMs: silenceLimitOf(target) });
  return { fleet, enqueuer, asked, begun: new Set(), fail };
};

export const endLine = async ({ enqueuer, asked, begun }: Line): Promise<void> => {
  enqueuer.hurry();
  await Promise.allSettled(begun);
  await Promise.all([enqueuer.close(), asked.end()]);
};

/** Keeps a push in sight of whoever ends the line, until it is through. */
export const keep = ({ begun }: Line, push: Promise<unknown>): void => {
  begun.add(push);
  const forget = (): boolean => begun.delete(push);
  push.then(forget, forget);
};

/** What middleware is told of a push on this line. */
export const pushContext = ({ asked }: Line, reason: PushContext["reason"]): PushContext => ({
  reason,
  redis: () => asked.get(),
});

/** Which spelling of times the fleet needs, asked on the connection of the pushes. */
export const look = ({ fleet, enqueuer, fail }: Line): Promise<WireGeneration> =>
  enqueuer.ask(() => fleet.look()).catch(fail);
