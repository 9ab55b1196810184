/** The line of a client to its Redis: opened at a push, and ended when all its pushes have their answers. */
import type { Logger } from "pino";
import { connect, silenceLimitOf } from "../redis/connect.ts";
import type { RedisTarget } from "../redis/connect.ts";
import { Fleet } from "../redis/fleet.ts";
import type { WireOption } from "../redis/fleet.ts";
import { failures } from "../redis/push-failure.ts";
import { Outage } from "../redis/outage.ts";
import type { WireGeneration } from "../wire/time.ts";
import { Enqueuer } from "./enqueuer.ts";

export interface Line {
  readonly fleet: Fleet;
  readonly enqueuer: Enqueuer;
  /** Pushes that may not have reached the enqueuer: a middleware or the look at the fleet holds them up. */
  readonly begun: Set<Promise<unknown>>;
  /** Throws what a failed push or look is rejected with. */
  readonly fail: (error: Error) => never;
}

export const openLine = (target: RedisTarget, wire: WireOption, logger: Logger | undefined): Line => {
  const redis = connect(target, "push", Outage.to(logger, target)?.connection("client"));
  const fleet = new Fleet(redis, wire);
  const fail = failures(redis, target);
  const enqueuer = new Enqueuer(redis, { waitMs: silenceLimitOf(target) });
  return { fleet, enqueuer, begun: new Set(), fail };
};

export const endLine = async ({ enqueuer, begun }: Line): Promise<void> => {
  enqueuer.hurry();
  await Promise.allSettled(begun);
  await enqueuer.close();
};

/** Which spelling of times the fleet needs, asked on the connection of the pushes. */
export const look = ({ fleet, enqueuer, fail }: Line): Promise<WireGeneration> =>
  enqueuer.ask(() => fleet.look()).catch(fail);
