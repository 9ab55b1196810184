/** By which jobs the next work on a queue tells what was there, when this one breaks off: it takes away those that it went by itself. */
import { payloadDigest } from "../payload-digest.ts";
import { FURTHER, NEWEST } from "../queues/queue-marks.ts";
import type { QueuedJob } from "../queues/queued-job.ts";

export class MarksLeft {
  #begun: readonly string[] | undefined;
  /** The newest of those that were gone through, and are where they were. */
  readonly #staying: string[] = [];
  #piece: readonly QueuedJob[] | undefined;
  #behind: readonly QueuedJob[] = [];
  readonly #gone = new Set<QueuedJob>();

  /** @param marks those that the work itself goes by */
  begin(marks: readonly string[]): void {
    this.#begun = marks;
  }

  /**
   * What was there before is gone through.
   *
   * @param piece what is gone through next
   * @param behind what is known to lie behind that
   */
  comesTo(piece: readonly QueuedJob[], behind: readonly QueuedJob[]): void {
    for (const job of this.#piece ?? []) {
      if (this.#staying.length >= NEWEST) break;
      if (!this.#gone.has(job)) this.#staying.push(payloadDigest(job.bytes));
    }
    this.#gone.clear();
    this.#piece = piece;
    this.#behind = behind;
  }

  /** It lies there no more, whoever has taken it. */
  isGone(job: QueuedJob): void {
    this.#gone.add(job);
  }

  /** The newest first: between the first ten lies nothing that was there. Undefined while the work does not know its own. */
  get digests(): readonly string[] | undefined {
    if (!this.#begun || !this.#piece) return this.#begun;
    const there = [...this.#piece.filter((job) => !this.#gone.has(job)), ...this.#behind];
    const digestAt = (place: number): string[] => {
      const job = there[place];
      return job ? [payloadDigest(job.bytes)] : [];
    };
    const room = Array.from({ length: NEWEST - this.#staying.length }, (_, i) => i);
    const nearest = [...this.#staying, ...room.flatMap(digestAt)];
    // Where they are fewer, what comes behind them does not lie beside them.
    const last = nearest.slice(-1);
    while (nearest.length > 0 && nearest.length < NEWEST) nearest.push(...last);
    return [...nearest, ...FURTHER.flatMap(digestAt), ...this.#begun.slice(NEWEST)];
  }
}
