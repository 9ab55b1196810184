/**
 * The names of a capsule's in-flight slots: two characters each, `00` to `zz`. A slot is clean (not in
 * Redis), dirty (its job is finished, Redis does not know yet) or out (in a call or held by a job).
 */
const ALL: readonly string[] = Array.from({ length: 36 * 36 }, (_, i) => i.toString(36).padStart(2, "0"));

/** The most slots one capsule can have running, so that names never run out. */
export const MAX_CONCURRENCY = 500;

export class Slots {
  readonly #clean: string[];
  #dirty: string[] = [];

  /** Twice the concurrency, because finished slots wait for a call, and one more per pad. */
  constructor(concurrency: number, pads: number) {
    this.#clean = ALL.slice(0, Math.min(2 * concurrency + pads, ALL.length)).reverse();
  }

  get dirty(): number {
    return this.#dirty.length;
  }

  /** Takes `count` names to be filled, finished ones first, and all other finished ones to be given back. */
  take(count: number): { fill: string[]; giveBack: string[] } {
    const giveBack = this.#dirty;
    this.#dirty = [];
    const fill = giveBack.splice(0, count);
    while (fill.length < count) fill.push(this.one());
    return { fill, giveBack };
  }

  /** One name for a job that came by a pad. */
  one(): string {
    const name = this.#clean.pop();
    if (name === undefined) throw new Error("No slot name is left: one was not given back.");
    return name;
  }

  /** The job in it is finished; the next call tells Redis. */
  finished(slot: string): void {
    this.#dirty.push(slot);
  }

  /** Redis holds nothing under it. */
  cleaned(slot: string): void {
    this.#clean.push(slot);
  }
}
