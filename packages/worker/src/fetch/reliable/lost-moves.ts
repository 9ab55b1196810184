/**
 * Moves of a pad's earlier connections that may not be over: a network may still deliver one, and the server serves one
 * whose client is gone until its time is over. When the server has ended the connection, the move is over.
 */
import { askSeat, endSeat, endsNone } from "@tsq/core/protocol";
import type { Redis, Seat } from "@tsq/core/protocol";

// No network keeps one for longer. What closes a pad lasts no longer either (lua/shared/close-pad.lua).
const OVER_AFTER_MS = 3_600_000;

export class LostMoves {
  // Of the connection that waits now.
  #seat: Seat | undefined;
  #lost: readonly Seat[] = [];
  // Of the last one whose connection the server will not end, or of which it does not say where it sits.
  #keptSinceMs = Number.NEGATIVE_INFINITY;

  /** Whether there may be any. */
  get areThere(): boolean {
    return this.#lost.length > 0 || performance.now() - this.#keptSinceMs < OVER_AFTER_MS;
  }

  /** The connection was lost while a move waited by it. */
  add(): void {
    if (this.#seat) this.#lost = [...this.#lost, this.#seat];
    else this.#keep();
    this.#seat = undefined;
  }

  /** Has the server end the earlier connections. @param redis where moves wait from now on */
  async end(redis: Redis): Promise<void> {
    for (const seat of this.#lost) {
      await endSeat(redis, seat).then(
        () => this.#forget(seat),
        (error: Error) => {
          // What is refused for a moment, the next connection tries again.
          if (!endsNone(error)) return;
          this.#forget(seat);
          this.#keep();
        },
      );
    }
    this.#seat = await askSeat(redis).catch(() => undefined);
  }

  #forget(seat: Seat): void {
    this.#lost = this.#lost.filter((one) => one !== seat);
  }

  #keep(): void {
    this.#keptSinceMs = performance.now();
  }
}
