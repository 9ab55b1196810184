/** What becomes of a job in flight: its run ends once, whatever else happens to it. */
import type { Redis } from "@tsq/core/protocol";
import { array, assert, constantFrom, property } from "fast-check";
import { describe, expect, test } from "vitest";
import { ReliableUnit } from "../support/inside-worker.ts";

/** A unit whose script answers what it is told to, and what its fetch has heard of it. */
const unitThat = (
  from: "held" | "landed",
  answer: () => Promise<number> = () => Promise.resolve(1),
  recover: () => Promise<void> = () => Promise.resolve(),
  refused: (error: Error, tries: number) => Promise<void> = () => Promise.resolve(),
) => {
  const ended: string[] = [];
  const home = {
    // Of Redis a unit that moves needs scripts alone.
    redis: { evalsha: answer } as unknown as Redis,
    calls: () => ({ first: 1, second: 1 }),
    ended: (one: ReliableUnit) => void ended.push(one.state),
    refused,
    recover,
  };
  const unit = new ReliableUnit(home, "tsq:in-flight:o", "00", "default", "{}", from);
  return { unit, ended };
};

const RETRY = { kind: "set", set: "retry", score: "1", payload: "{}" } as const;

describe("a job in flight", () => {
  test("that is done has ended, once", () => {
    const { unit, ended } = unitThat("held");

    unit.acknowledge();
    unit.acknowledge();

    expect(ended).toEqual(["ended"]);
  });

  test("that is done on its pad has ended before it is adopted, and stays so", () => {
    const { unit, ended } = unitThat("landed");

    unit.acknowledge();
    unit.adopted();

    expect({ state: unit.state, ended }).toEqual({ state: "ended", ended: ["ended"] });
  });

  test("that is adopted is held", () => {
    const { unit } = unitThat("landed");

    unit.adopted();

    expect(unit.state).toBe("held");
  });

  test("that was given away is over at its end, and is neither done nor moved", async () => {
    const { unit, ended } = unitThat("held");

    unit.giveAway();
    const hasMoved = await unit.move(RETRY);

    expect({ hasMoved, state: unit.state, ended }).toEqual({
      hasMoved: false,
      state: "over",
      ended: ["over"],
    });
  });

  test("that is done already is not given away", () => {
    const { unit } = unitThat("held");
    unit.acknowledge();

    unit.giveAway();

    expect({ isGone: unit.isGone, state: unit.state }).toEqual({ isGone: false, state: "ended" });
  });

  test("whose script was faster than those who took it away has moved", async () => {
    let answer = (): void => {};
    const { unit, ended } = unitThat("held", () => new Promise((resolve) => (answer = () => resolve(1))));
    const moving = unit.move(RETRY);
    await Promise.resolve();
    expect(unit.state).toBe("moving");

    unit.giveAway();
    answer();

    expect({ hasMoved: await moving, state: unit.state, ended }).toEqual({
      hasMoved: true,
      state: "moved",
      ended: ["moved"],
    });
  });

  test("that is not in its slot is looked for at once, and not again and again without a pause", async () => {
    let looks = 0;
    const { unit } = unitThat(
      "held",
      () => Promise.resolve(0),
      () => {
        // Without a pause nothing else would ever run.
        if (++looks > 1_000) unit.giveAway();
        return Promise.resolve();
      },
    );

    const moving = unit.move(RETRY);
    await new Promise(setImmediate);
    const first = looks;
    unit.giveAway();

    expect({ hasMoved: await moving, isLookedForAtOnce: first > 0 }).toEqual({
      hasMoved: false,
      isLookedForAtOnce: true,
    });
    expect(looks).toBeLessThan(1_000);
  });

  test("whose script is refused moves when it is tried again, and its fetch hears of each refusal", async () => {
    let calls = 0;
    const refusals: [string, number][] = [];
    const { unit, ended } = unitThat(
      "held",
      () => (++calls > 2 ? Promise.resolve(1) : Promise.reject(new Error("OOM"))),
      undefined,
      async ({ message }, tries) => void refusals.push([message, tries]),
    );

    expect(await unit.move(RETRY)).toBe(true);

    expect(refusals).toEqual([
      ["OOM", 1],
      ["OOM", 2],
    ]);
    expect(ended).toEqual(["moved"]);
  });

  test("that moves is not done as well", async () => {
    const { unit, ended } = unitThat("held");
    const moving = unit.move(RETRY);
    await Promise.resolve();

    unit.acknowledge();

    expect(await moving).toBe(true);
    expect(ended).toEqual(["moved"]);
  });

  test("ends at most once, in whatever order it is done, adopted and given away", () => {
    const steps = array(constantFrom("acknowledge", "adopted", "giveAway"), { maxLength: 6 });
    assert(
      property(constantFrom("held", "landed"), steps, (from, verbs) => {
        const { unit, ended } = unitThat(from);

        for (const verb of verbs) unit[verb]();

        expect(ended.length).toBe(verbs.includes("acknowledge") ? 1 : 0);
        expect(unit.hasEnded).toBe(ended.length === 1);
        expect([unit.isOurs, unit.isGone && !unit.hasEnded, unit.hasEnded].filter(Boolean)).toHaveLength(1);
      }),
    );
  });
});
