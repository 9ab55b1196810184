/** Makes what a capsule waits with. */
import type { Outage, Redis } from "@tsq/core/protocol";
import type { RedisTarget } from "@tsq/core";
import type { NamedQueues } from "../named-queues.ts";
import { LandingPads } from "../reliable/landing-pads.ts";
import type { Waiting } from "./waiting.ts";

/** What the capsule tells of itself, and is told. */
export interface WaitingHost {
  /** The fetch connection. */
  readonly redis: Redis;
  readonly target: RedisTarget;
  readonly queues: NamedQueues;
  readonly outage: Outage;
  /** Nothing is left to fetch, and there is room. */
  readonly isIdle: () => boolean;
  readonly isLeftAlone: (queue: number) => boolean;
  /** A job is on the pad of this queue. */
  readonly landed: (queue: number, text: string) => void;
  /** There may be jobs to fetch. */
  readonly look: () => void;
  /** A waiting move may not be woken. */
  readonly unwakeable: (error: unknown) => unknown;
}

export const waitingOf = (host: WaitingHost): Waiting => {
  const { redis, target, queues, outage } = host;
  return new LandingPads(redis, [...queues.names.keys()], (queue) => ({
    redis: target,
    queueKey: queues.queueKeys[queue] as string,
    padKey: queues.padKeys[queue] as string,
    mayArm: () => host.isIdle() && !host.isLeftAlone(queue),
    landed: (text) => host.landed(queue, text),
    refused: host.look,
    witness: outage.connection("landing pad"),
    unwakeable: host.unwakeable,
  }));
};
