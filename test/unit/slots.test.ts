import { describe, expect, test } from "vitest";
import { Slots } from "../support/inside-worker.ts";
import type { ReliableUnit } from "../support/inside-worker.ts";

/** Of a unit slots know only which it holds. */
const jobIn = (slot: string): ReliableUnit => ({ slot }) as unknown as ReliableUnit;

describe("slots", () => {
  test("are free until as many jobs hold or may get one as run at once", () => {
    const slots = new Slots(3, 0);
    expect(slots.free).toBe(3);

    const { fill } = slots.ask(2);
    expect(slots.free).toBe(1);

    slots.answered(fill);
    slots.hold(jobIn(fill[0] ?? ""));
    expect(slots.free).toBe(2);
    expect(slots.isFull).toBe(false);
  });

  test("are full when every one that may run does", () => {
    const slots = new Slots(2, 0);
    for (const slot of slots.ask(2).fill) slots.hold(jobIn(slot));

    expect(slots.isFull).toBe(true);
  });

  test("of finished jobs are filled first, and given back when they are not needed", () => {
    const slots = new Slots(4, 0);
    const { fill } = slots.ask(4);
    slots.answered(fill);
    for (const slot of fill) slots.release(jobIn(slot), true);
    expect(slots.dirty).toBe(4);

    const next = slots.ask(1);

    expect(next.fill).toEqual([fill[0]]);
    expect(next.giveBack).toEqual(fill.slice(1));
    expect(slots.dirty).toBe(0);
  });

  test("that Redis holds nothing of are not given back", () => {
    const slots = new Slots(2, 0);
    const { fill } = slots.ask(2);
    slots.answered(fill);
    for (const slot of fill) slots.release(jobIn(slot), false);

    expect(slots.ask(0)).toMatchObject({ fill: [], giveBack: [] });
  });

  test("have names of two characters, each once, for finished jobs and pads beside the running ones", () => {
    const slots = new Slots(500, 3);

    const names = [...slots.ask(500).fill, ...slots.ask(500).fill, slots.one(), slots.one(), slots.one()];

    expect(new Set(names).size).toBe(1_003);
    expect(names.every((name) => /^[0-9a-z]{2}$/.test(name))).toBe(true);
  });

  test("know the jobs that hold them, and those that have ended without Redis knowing", () => {
    const slots = new Slots(3, 0);
    expect(slots.isWorking).toBe(false);
    const [first, second, third] = slots.ask(3).fill.map(jobIn) as [ReliableUnit, ReliableUnit, ReliableUnit];
    for (const unit of [first, second, third]) slots.hold(unit);

    slots.release(first, true);
    slots.release(second, false);

    expect(slots.units()).toEqual([third]);
    expect(slots.ended()).toEqual([first]);
    expect(slots.isWorking).toBe(true);
    slots.release(third, true);
    expect(slots.isWorking).toBe(false);
  });

  test("say so when one was never given back", () => {
    const slots = new Slots(1, 0);
    slots.ask(2);

    expect(() => slots.one()).toThrow("No slot name is left");
  });

  test("can be named again once they are clean", () => {
    const slots = new Slots(1, 0);
    const { fill } = slots.ask(2);
    slots.cleaned(fill);

    expect(slots.ask(2).fill.toSorted()).toEqual(fill.toSorted());
  });
});
