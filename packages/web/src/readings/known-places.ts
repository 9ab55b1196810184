/** Where jobs were a moment ago: who looks at one again, or has just seen it in a list, does not have it looked for once more. */
import type { LastPlace } from "@tsq/core/api";

interface Known {
  readonly last: LastPlace;
  readonly untilMs: number;
}

// A page that is open asks every five seconds.
const KEPT_MS = 60_000;
const MOST = 2_000;
// With what lies there, byte for byte.
const MOST_BYTES = 8_000_000;
const LARGEST = 1_000_000;

/** By jid, of those that were asked for last. */
export class KnownPlaces {
  readonly #known = new Map<string, Known>();
  #bytes = 0;

  /** One that is too large is not kept, nor where it was before. */
  note(jid: string, last: LastPlace): void {
    this.forget(jid);
    if (last.bytes.length > LARGEST) return;
    // A page of a list is one buffer, which the job alone is not to keep.
    const own = { ...last, bytes: Buffer.from(last.bytes) };
    this.#known.set(jid, { last: own, untilMs: performance.now() + KEPT_MS });
    this.#bytes += own.bytes.length;
    for (const [oldest] of this.#known) {
      if (this.#known.size <= MOST && this.#bytes <= MOST_BYTES) break;
      this.forget(oldest);
    }
  }

  of(jid: string): LastPlace | undefined {
    const known = this.#known.get(jid);
    if (known && performance.now() < known.untilMs) return known.last;
    this.forget(jid);
    return undefined;
  }

  forget(jid: string): void {
    const known = this.#known.get(jid);
    if (!known) return;
    this.#known.delete(jid);
    this.#bytes -= known.last.bytes.length;
  }
}
