/**
 * What is there now, in no order. Each member knows its place, so coming and going allocates nothing: a Set or a
 * Map of what lives for microseconds keeps its garbage alive until it grows (decision 0009).
 */

/** Who can be on a roster, on one at a time. */
export interface Placed {
  /** Where it stands on its roster. */
  place: number;
}

export class Roster<T extends Placed> {
  readonly #members: T[] = [];

  get size(): number {
    return this.#members.length;
  }

  add(member: T): void {
    member.place = this.#members.length;
    this.#members.push(member);
  }

  /** Nothing happens to one that is not on it. */
  delete(member: T): void {
    const { place } = member;
    if (this.#members[place] !== member) return;
    const last = this.#members.pop() as T;
    if (last === member) return;
    this.#members[place] = last;
    last.place = place;
  }

  /** A copy: whoever reads it may add and delete meanwhile. */
  all(): readonly T[] {
    return [...this.#members];
  }
}
