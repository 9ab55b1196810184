/**
 * A capsule's in-flight slots, named by two characters each, `00` to `zz`. A slot is clean (not in Redis), dirty
 * (its job is finished, Redis does not know yet), asked (in a call that may fill it) or held by a job.
 */
import type { ReliableUnit } from "./reliable-unit.ts";
import { Roster } from "../../roster.ts";

const ALL: readonly string[] = Array.from({ length: 36 * 36 }, (_, i) => i.toString(36).padStart(2, "0"));

/** The slots of one call. */
export interface Asked {
  /** Slots to fill. */
  readonly fill: readonly string[];
  /** Slots of finished jobs that are not filled again. */
  readonly giveBack: readonly string[];
  /** The finished jobs that both of them hold. */
  readonly ended: readonly ReliableUnit[];
}

export class Slots {
  readonly #concurrency: number;
  readonly #clean: string[];
  readonly #units = new Roster<ReliableUnit>();
  #dirty: ReliableUnit[] = [];
  #asked = 0;

  /** Twice the concurrency, because finished slots wait for a call, and one more per pad. */
  constructor(concurrency: number, pads: number) {
    this.#concurrency = concurrency;
    this.#clean = ALL.slice(0, Math.min(2 * concurrency + pads, ALL.length)).reverse();
  }

  get dirty(): number {
    return this.#dirty.length;
  }

  /** How many more jobs may come. */
  get free(): number {
    return this.#concurrency - this.#units.size - this.#asked;
  }

  get isFull(): boolean {
    return this.#units.size >= this.#concurrency;
  }

  /** Whether a job holds one. */
  get isWorking(): boolean {
    return this.#units.size > 0;
  }

  /** The jobs that hold a slot. */
  units(): readonly ReliableUnit[] {
    return this.#units.all();
  }

  /** The finished jobs that Redis does not know of. */
  ended(): readonly ReliableUnit[] {
    return this.#dirty;
  }

  /** Takes `count` names to be filled, finished ones first, and all other finished ones to be given back. */
  ask(count: number): Asked {
    const ended = this.#dirty;
    this.#dirty = [];
    const giveBack = ended.map((unit) => unit.slot);
    const fill = giveBack.splice(0, count);
    while (fill.length < count) fill.push(this.one());
    this.#asked += count;
    return { fill, giveBack, ended };
  }

  /** The call that asked has been answered; its jobs hold theirs next. */
  answered(fill: readonly string[]): void {
    this.#asked -= fill.length;
  }

  /** One name for a job that came by a pad. */
  one(): string {
    const name = this.#clean.pop();
    if (name === undefined) throw new Error("No slot name is left: one was not given back.");
    return name;
  }

  hold(unit: ReliableUnit): void {
    this.#units.add(unit);
  }

  /** The job has ended; a dirty slot is in Redis until a call fills it or gives it back. */
  release(unit: ReliableUnit, isDirty: boolean): void {
    this.#units.delete(unit);
    if (isDirty) this.#dirty.push(unit);
    else this.#clean.push(unit.slot);
  }

  /** Redis holds nothing under these. */
  cleaned(slots: Iterable<string>): void {
    this.#clean.push(...slots);
  }
}
