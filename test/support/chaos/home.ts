/** What a chaos run needs of its Redis, whatever that is made of. */
import type { Redis } from "ioredis";
import type { RedisTarget } from "tsq";

/** Where the Redis of a run is, whatever it is made of. */
export interface Home {
  /** For the driver and the harness. */
  readonly target: RedisTarget;
  readonly workersTarget: RedisTarget;
  /** A connection that waits for the server as long as it is away. */
  client(): Redis;
  stop(): Promise<void>;
}
