/**
 * Moves of a pad's earlier connections that may not be over: a network may still deliver one, and the server serves one
 * whose client is gone until its time is over. When the server has ended the connection, the move is over.
 */
import { askSeat, endSeat, isNoPermission } from "@tsq/core/protocol";
import type { Redis, Seat } from "@tsq/core/protocol";

export class LostMoves {
  // Of the connection that waits now.
  #seat: Seat | undefined;
  #lost: readonly Seat[] = [];
  // The server does not say where one sits, or ends none.
  #isUnknown = false;

  /** Whether there may be any. */
  get areThere(): boolean {
    return this.#isUnknown || this.#lost.length > 0;
  }

  /** The connection was lost while a move waited by it. */
  add(): void {
    if (this.#seat) this.#lost = [...this.#lost, this.#seat];
    else this.#isUnknown = true;
    this.#seat = undefined;
  }

  /** Has the server end the earlier connections. @param redis where moves wait from now on */
  async end(redis: Redis): Promise<void> {
    for (const seat of this.#lost) {
      await endSeat(redis, seat).then(
        () => (this.#lost = this.#lost.filter((one) => one !== seat)),
        (error: Error) => {
          // What is refused for a moment, the next connection tries again.
          if (!isNoPermission(error.message)) return;
          this.#isUnknown = true;
          this.#lost = [];
        },
      );
    }
    this.#seat = await askSeat(redis).catch(() => undefined);
  }
}
