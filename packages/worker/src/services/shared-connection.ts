/**
 * One connection of several services that use it now and then, for managed Redis sells connections. It opens with the first
 * command, as every worker's, and ends when the last of them has left it.
 */
import { connect } from "@tsq/core/protocol";
import type { Redis, Witness } from "@tsq/core/protocol";
import type { RedisTarget } from "@tsq/core";

/** The connection as one service has it. */
export interface Share {
  readonly redis: Redis;
  /** The service needs it no more. */
  readonly leave: () => void;
}

export class SharedConnection {
  readonly #redis: Redis;
  readonly #shares = new Set<Share>();

  constructor(target: RedisTarget, witness: Witness) {
    this.#redis = connect(target, "worker", witness);
  }

  share(): Share {
    const share = { redis: this.#redis, leave: () => this.#leave(share) };
    this.#shares.add(share);
    return share;
  }

  #leave(share: Share): void {
    // Once each: a connection that is ended twice keeps its process alive for two seconds.
    if (this.#shares.delete(share) && this.#shares.size === 0) this.#redis.disconnect();
  }
}
