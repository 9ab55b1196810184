/** Where the size of a queue goes, by the readings that a dashboard has made. */
import { describe, expect, test } from "vitest";
import { QueueSizes } from "../../support/inside-web.ts";

const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;

/** Readings of one queue, so many milliseconds apart; undefined is one in which it is not there. */
const read = (sizes: readonly (number | undefined)[], everyMs = 10 * SECOND_MS) => {
  const all = new QueueSizes();
  for (const [i, size] of sizes.entries()) {
    all.note(size === undefined ? [] : [{ name: "mailers", size }], i * everyMs);
  }
  return all.of({ name: "mailers", size: sizes.at(-1) ?? 0 });
};

describe("what is known", () => {
  test("nothing is said of a queue that was looked at for less than twenty seconds", () => {
    expect(read([100, 90])).toBeUndefined();
    expect(read([100, 90, 80])).toBeDefined();
  });

  test("nothing is said of a queue that nobody has read", () => {
    const sizes = new QueueSizes();
    for (const atMs of [0, 10_000, 20_000]) sizes.note([{ name: "mailers", size: 1 }], atMs);

    expect(sizes.of({ name: "bulk", size: 3 })).toBeUndefined();
  });

  test("readings that follow at once do not count", () => {
    expect(read([100, 90, 80], SECOND_MS)).toBeUndefined();
  });

  test("a queue that was gone meanwhile begins anew", () => {
    expect(read([900, 800, undefined, 5, 6])).toBeUndefined();
    expect(read([900, 800, undefined, 5, 6, 7])).toMatchObject({ change: 2, spanMs: 20_000 });
  });
});

describe("its pace", () => {
  test("a queue that becomes shorter says how fast, and when it is empty", () => {
    expect(read([400, 380, 360, 340])).toMatchObject({
      spanMs: 30_000,
      change: -60,
      perSecond: -2,
      emptyInMs: 170_000,
    });
  });

  test("one that grows, or stays as it is, says no end", () => {
    expect(read([10, 20, 30])).toMatchObject({ perSecond: 1, emptyInMs: undefined });
    expect(read([10, 10, 10])).toMatchObject({ perSecond: 0, change: 0, emptyInMs: undefined });
  });

  test("one that would take longer than a week says none either", () => {
    expect(read([1_000_000, 1_000_000, 999_999])?.emptyInMs).toBeUndefined();
  });

  test("it is that of the last two minutes, the change that of all that is known", () => {
    const grown = Array.from({ length: 31 }, (_, i) => i * 100);
    const fallen = Array.from({ length: 12 }, (_, i) => 2_990 - i * 10);

    expect(read([...grown, ...fallen])).toMatchObject({ perSecond: expect.closeTo(-1), change: 2_880 });
  });

  test("what was before ten minutes is forgotten", () => {
    const trend = read([9_000, ...Array.from({ length: 70 }, () => 100)]);

    expect(trend).toMatchObject({ change: 0, spanMs: 10 * MINUTE_MS });
  });

  test("how fast somebody has cleared it says nothing of the jobs that have come since", () => {
    expect(read([5_000, 5_000, 0, 1, 2, 3])).toMatchObject({ perSecond: 0.1, emptyInMs: undefined });
  });

  test("jobs that came at once, when one reading was made, are no pace", () => {
    const waiting = Array.from({ length: 12 }, () => 100);

    expect(read([...waiting, 400])).toMatchObject({ perSecond: 0, change: 300 });
    expect(read([400, ...waiting])).toMatchObject({ perSecond: 0, emptyInMs: undefined });
    expect(read([100, 110, 120, 900, 140, 150])).toMatchObject({ perSecond: 1 });
  });

  test("after a time in which nobody looked it is that of the whole time", () => {
    const sizes = new QueueSizes();
    sizes.note([{ name: "mailers", size: 600 }], 0);
    sizes.note([{ name: "mailers", size: 300 }], 5 * MINUTE_MS);

    expect(sizes.of({ name: "mailers", size: 300 })).toMatchObject({ perSecond: -1, emptyInMs: 300_000 });
  });
});

describe("its line", () => {
  test("has its points at equal distances, also where the readings have not", () => {
    const sizes = new QueueSizes();
    for (const [atMs, size] of [
      [0, 0],
      [10_000, 100],
      [40_000, 400],
    ] as const) {
      sizes.note([{ name: "mailers", size }], atMs);
    }

    expect(sizes.of({ name: "mailers", size: 400 })?.sizes).toEqual([0, 200, 400]);
  });

  test("stays the same as long as the size does", () => {
    expect(read([7, 7, 7])?.sizes).toEqual(read([7, 7, 7, 7, 7])?.sizes);
  });

  test("has sixty points at most", () => {
    expect(read(Array.from({ length: 61 }, (_, i) => i))?.sizes).toHaveLength(60);
  });
});

describe("what somebody has taken away by hand", () => {
  const emptying = () => {
    const all = new QueueSizes();
    for (const [i, size] of [900, 600, 300].entries()) all.note([{ name: "mailers", size }], i * 10_000);
    return all;
  };

  test("says nothing of when a queue is empty that is paused", () => {
    const trend = emptying().of({ name: "mailers", size: 300, paused: true });

    expect(trend).toMatchObject({ change: -600, emptyInMs: undefined });
    expect(emptying().of({ name: "mailers", size: 300, paused: false })?.emptyInMs).toBeDefined();
  });

  test("is forgotten, and the queue begins anew", () => {
    const all = emptying();

    all.forget("mailers");

    expect(all.of({ name: "mailers", size: 300 })).toBeUndefined();
  });
});
