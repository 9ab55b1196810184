/**
 * Follows the name of every slot of every capsule in this process. A name is in exactly one place: clean, dirty, asked
 * or held. One that is in two is in time the slot of two jobs, and the end of either acknowledges the other.
 */
import { Slots } from "./inside-worker.ts";
import type { ReliableUnit } from "./inside-worker.ts";

// Taken: on its way from one place to the next, and in none at rest.
type Place = "clean" | "dirty" | "asked" | "taken" | "held";

class Names {
  readonly #slots: Slots;
  // What is not in here has never been anything but clean.
  readonly #places = new Map<string, Place>();
  readonly #holders = new Map<string, ReliableUnit>();
  #faults: string[] = [];

  constructor(slots: Slots) {
    this.#slots = slots;
  }

  move(name: string, from: readonly Place[], to: Place): void {
    const place = this.#place(name);
    if (!from.includes(place)) this.#faults.push(`${name} became ${to}, and was ${place}`);
    this.#places.set(name, to);
  }

  hold(unit: ReliableUnit): void {
    this.move(unit.slot, ["taken"], "held");
    this.#holders.set(unit.slot, unit);
  }

  release(unit: ReliableUnit, to: Place): void {
    this.move(unit.slot, ["held"], to);
    if (this.#holders.get(unit.slot) !== unit) this.#faults.push(`${unit.slot} was given up by another job`);
    this.#holders.delete(unit.slot);
  }

  /** What has gone wrong since it was asked last, and what is not as the capsule itself has it. */
  faults(): readonly string[] {
    const faults = this.#faults;
    this.#faults = [];
    for (const name of this.#at("taken")) faults.push(`${name} is nowhere`);
    const slotsOf = (units: readonly ReliableUnit[]): string =>
      units
        .map(({ slot }) => slot)
        .sort()
        .join();
    const held = slotsOf(this.#slots.units());
    const dirty = slotsOf(this.#slots.ended());
    if (held !== this.#at("held").join()) faults.push(`${held} are held, and not ${this.#at("held").join()}`);
    if (dirty !== this.#at("dirty").join())
      faults.push(`${dirty} are dirty, and not ${this.#at("dirty").join()}`);
    return faults;
  }

  #place(name: string): Place {
    return this.#places.get(name) ?? "clean";
  }

  #at(place: Place): readonly string[] {
    return [...this.#places]
      .filter(([, at]) => at === place)
      .map(([name]) => name)
      .sort();
  }
}

const all = new Map<Slots, Names>();

/** How many capsules have taken a name since `forget`. */
export const followed = (): number => all.size;

/** Names that are not in exactly one place; each is told once. */
export const misplaced = (): readonly string[] => [...all.values()].flatMap((names) => names.faults());

/** Nobody asks for those of before any more. */
export const forget = (): void => all.clear();

const namesOf = (slots: Slots): Names => {
  let names = all.get(slots);
  if (!names) all.set(slots, (names = new Names(slots)));
  return names;
};

// The methods as they were.
const plain = Object.create(null, Object.getOwnPropertyDescriptors(Slots.prototype)) as Slots;

Object.assign(Slots.prototype, {
  ask(this: Slots, count) {
    const asked = plain.ask.call(this, count);
    for (const name of [...asked.fill, ...asked.giveBack])
      namesOf(this).move(name, ["dirty", "taken"], "asked");
    return asked;
  },
  answered(this: Slots, fill) {
    plain.answered.call(this, fill);
    for (const name of fill) namesOf(this).move(name, ["asked"], "taken");
  },
  one(this: Slots) {
    const name = plain.one.call(this);
    namesOf(this).move(name, ["clean"], "taken");
    return name;
  },
  hold(this: Slots, unit) {
    plain.hold.call(this, unit);
    namesOf(this).hold(unit);
  },
  release(this: Slots, unit, isDirty) {
    plain.release.call(this, unit, isDirty);
    namesOf(this).release(unit, isDirty ? "dirty" : "clean");
  },
  cleaned(this: Slots, slots) {
    const names = [...slots];
    plain.cleaned.call(this, names);
    // Those that were to be filled and stayed empty are taken, those that were given back were asked.
    for (const name of names) namesOf(this).move(name, ["taken", "asked"], "clean");
  },
} satisfies Partial<Slots>);
