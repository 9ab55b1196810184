/**
 * Makes sure that nothing written to an earlier connection is run by the server any more, however late it arrives: the
 * next connection has that one killed before it sends anything. Needed for what writes without looking.
 */
import type { Redis } from "../redis/connect.ts";
import { askSeat, endSeat } from "../redis/seat.ts";
import type { Seat } from "../redis/seat.ts";

/** Nobody, to ask whether one may. */
const NOBODY: Seat = { id: String(Number.MAX_SAFE_INTEGER), address: "127.0.0.1:0" };

export class PushFence {
  readonly #redis: Redis;
  #self: Seat | undefined;
  /** Those that nobody has confirmed to be killed. */
  #earlier: readonly Seat[] = [];
  #mayKill = false;
  #mayTransact = false;
  #isDown = false;
  #isAsked = false;
  #connections = 0;

  constructor(redis: Redis) {
    this.#redis = redis;
  }

  /**
   * Whether transactions may be written to this connection, and can be kept from running later. An ACL may forbid either.
   * The first look asks the server, and until that has answered there is no fence.
   */
  isUp(): boolean {
    if (!this.#isAsked) this.#ask();
    return this.#mayKill && this.#mayTransact && !this.#isDown && this.#self !== undefined;
  }

  /** For good: the server has taken back what it had allowed. */
  takeDown(): void {
    this.#isDown = true;
  }

  /** Comes first on a new connection. What follows on it is run after the earlier ones were killed. */
  renew(): void {
    this.#connections++;
    // Nothing that looks at no number was written to one that had no fence.
    if (this.#self && this.#mayKill && this.#mayTransact) this.#earlier = [...this.#earlier, this.#self];
    this.#self = undefined;
    this.#isAsked = this.#mayKill = this.#mayTransact = false;
    if (this.#earlier.length > 0) this.#ask();
  }

  #ask(): void {
    this.#isAsked = true;
    const connection = this.#connections;
    const isCurrent = (): boolean => connection === this.#connections;
    for (const one of this.#earlier.length > 0 ? this.#earlier : [NOBODY]) {
      endSeat(this.#redis, one).then(
        () => {
          this.#earlier = this.#earlier.filter((earlier) => earlier !== one);
          if (isCurrent()) this.#mayKill = true;
        },
        // Refused, or the connection is gone again: then there is no fence.
        () => {},
      );
    }
    // An empty one, since a MULTI that is refused lets what follows run by itself.
    Promise.all([this.#redis.call("MULTI"), this.#redis.call("EXEC")]).then(
      () => {
        if (isCurrent()) this.#mayTransact = true;
      },
      () => {},
    );
    askSeat(this.#redis).then(
      (seat) => {
        if (isCurrent()) this.#self = seat;
      },
      () => {},
    );
  }
}
