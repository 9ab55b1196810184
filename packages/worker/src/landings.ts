/** The jobs that came by a pad and whose slots do not know of them yet. */
import type { Landing } from "./lane.ts";
import type { ReliableUnit } from "./reliable-unit.ts";

export class Landings {
  #waiting: Landing[] = [];
  readonly #of = new Map<ReliableUnit, Landing>();

  /** How many wait for a call to carry them. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /** A job is on this pad; without a unit there was no room for it and it goes back. */
  add(pad: number, unit: ReliableUnit | undefined): void {
    let cleared = (): void => {};
    const adoption = new Promise<void>((resolve) => (cleared = resolve));
    const landing: Landing = { pad, unit, op: undefined, cleared };
    this.#waiting.push(landing);
    if (!unit) return;
    unit.adoption = adoption;
    this.#of.set(unit, landing);
  }

  /** Those that wait, for the next call. */
  take(): readonly Landing[] {
    const taken = this.#waiting;
    this.#waiting = [];
    return taken;
  }

  /** True when the slot does not know of the job yet: the answer to the call that carries it releases it. */
  has(unit: ReliableUnit): boolean {
    return this.#of.has(unit);
  }

  /** The call has been answered. */
  settle(landing: Landing): void {
    const { unit } = landing;
    if (unit) {
      unit.adoption = undefined;
      this.#of.delete(unit);
    }
    landing.cleared();
  }
}
