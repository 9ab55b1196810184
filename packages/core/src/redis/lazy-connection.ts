/** A connection that nobody may need: opened when it is first asked for, and ended by its owner in either case. */
import type { Redis } from "./connect.ts";

export class LazyConnection {
  readonly #connect: () => Redis;
  #redis: Redis | undefined;
  #isEnded = false;

  constructor(connect: () => Redis) {
    this.#connect = connect;
  }

  /** After the end it is one that rejects what it is asked, and holds no process. */
  get(): Redis {
    const redis = (this.#redis ??= this.#connect());
    if (this.#isEnded) redis.disconnect();
    return redis;
  }

  /** It was asked for, and has no server now. */
  get isAway(): boolean {
    return this.#redis !== undefined && this.#redis.status !== "ready";
  }

  /** Ends it after what was sent has been answered. */
  async end(): Promise<void> {
    this.#isEnded = true;
    // QUIT waits for the replies of everything before it; without a server there is nothing to wait for.
    if (this.#redis?.status === "ready") await this.#redis.quit().catch(() => {});
    this.#redis?.disconnect();
  }

  disconnect(): void {
    this.#isEnded = true;
    this.#redis?.disconnect();
  }
}
