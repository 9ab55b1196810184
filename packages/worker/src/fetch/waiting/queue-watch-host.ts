/** What a capsule tells the watch over its queues, and is told by it. */
import type { Outage, Redis } from "@tsq/core/protocol";
import type { RedisTarget } from "@tsq/core";
import type { NamedQueues } from "../named-queues.ts";

export interface QueueWatchHost {
  /** The fetch connection. */
  readonly redis: Redis;
  readonly target: RedisTarget;
  readonly outage: Outage;
  readonly queues: NamedQueues;
  /** The capsule's name, which nobody else has. */
  readonly me: string;
  /** Nothing is left to fetch, and there is room. */
  readonly isIdle: () => boolean;
  /** The same, or whether it is so is just being asked. */
  readonly isWanting: () => boolean;
  /** A job runs. */
  readonly isWorking: () => boolean;
  readonly isLeftAlone: (queue: number) => boolean;
  /** There may be jobs to fetch. */
  readonly look: () => void;
  /** How it waits from now on: told by Redis, or by looking again and again for a reason. */
  readonly waits: (queues: number, refusal: Error | undefined) => void;
}
