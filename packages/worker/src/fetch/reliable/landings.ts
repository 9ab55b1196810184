/** The jobs that came by a pad and whose slots do not know of them yet. */
import type { Landing } from "./lane.ts";
import type { ReliableUnit } from "./reliable-unit.ts";

export class Landings {
  #waiting: Landing[] = [];

  /** How many wait for a call to carry them. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /** Those that wait. */
  all(): readonly Landing[] {
    return this.#waiting;
  }

  /** A job is on this pad; without a unit there was no room for it and it goes back. */
  add(pad: number, unit: ReliableUnit | undefined): void {
    let cleared = (): void => {};
    const adoption = new Promise<void>((resolve) => (cleared = resolve));
    const landing: Landing = { pad, unit, op: undefined, isOffPad: false, cleared };
    this.#waiting.push(landing);
    if (unit) unit.adoption = adoption;
  }

  /** Those that wait, for the next call. */
  take(): readonly Landing[] {
    const taken = this.#waiting;
    this.#waiting = [];
    return taken;
  }

  /** The call has been answered. */
  settle(landing: Landing): void {
    landing.unit?.adopted();
    landing.cleared();
  }
}
