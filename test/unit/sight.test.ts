/** What a capsule knows of queues that it looks at again and again, because Redis tells of none. */
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { Sight } from "../support/inside-worker.ts";
import type { SightOptions } from "../support/inside-worker.ts";

beforeEach(() => void vi.useFakeTimers({ toFake: ["performance"] }));
afterEach(() => void vi.useRealTimers());

/** Of queues `a`, `b` and `c` the last two are watched. */
const watching = () => {
  const looks: string[] = [];
  const full = new Set<string>();
  const alone = new Set<number>();
  const exists = (...names: string[]): Promise<number> => {
    looks.push(names.join(" "));
    return Promise.resolve(names.filter((name) => full.has(name)).length);
  };
  const options = {
    redis: { exists },
    queueKeys: ["a", "b", "c"],
    places: [1, 2],
    mayTrack: false,
    isLeftAlone: (place: number) => alone.has(place),
    told: () => {},
  };
  const sight = new Sight(options as unknown as SightOptions);
  sight.change();
  return { sight, looks, full, alone };
};

test("of queues that were not looked at anything may be true, and a look tells", async () => {
  const { sight, looks } = watching();
  expect({ mayHoldJobs: sight.mayHoldJobs, dueInMs: sight.dueInMs("watchman") }).toEqual({
    mayHoldJobs: true,
    dueInMs: -Infinity,
  });

  expect(await sight.look("watchman")).toBe(true);

  expect(looks).toEqual(["b c"]);
  expect(sight.mayHoldJobs).toBe(false);
});

test("what was found empty counts for who is idle, and for nobody else, who looks at nothing", async () => {
  const { sight } = watching();
  await sight.look("watchman");

  expect([0, 1, 2].map((place) => sight.isEmpty(place, true))).toEqual([false, true, true]);
  expect(sight.isEmpty(1, false)).toBe(false);
  expect(await sight.audit()).toBe(false);
});

test("where one holds a job all are asked for it", async () => {
  const { sight, full } = watching();
  await sight.look("watchman");
  vi.advanceTimersByTime(100);
  full.add("c");

  await sight.look("watchman");

  expect(sight.mayHoldJobs).toBe(true);
  expect([1, 2].map((place) => sight.isEmpty(place, true))).toEqual([false, false]);
});

test.each([
  ["watchman", 100],
  ["deputy", 500],
] as const)("a %s looks again after %i ms, at all of them, and not before", async (role, ms) => {
  const { sight, looks } = watching();
  await sight.look(role);
  expect(sight.dueInMs(role)).toBe(ms);

  vi.advanceTimersByTime(ms - 1);
  expect(sight.dueInMs(role)).toBe(1);
  expect(await sight.look(role)).toBe(true);
  expect(looks).toHaveLength(1);
  vi.advanceTimersByTime(1);
  await sight.look(role);

  expect(looks).toEqual(["b c", "b c"]);
});

test("nothing is known any more when others look after them", async () => {
  const { sight, looks } = watching();
  await sight.look("watchman");

  sight.close();

  expect(sight.mayHoldJobs).toBe(true);
  await sight.look("watchman");
  expect(looks).toHaveLength(2);
});

describe("queues that are left alone", () => {
  test("are not looked at, and are no change as long as they stay the same ones", async () => {
    const { sight, looks, alone } = watching();
    expect(sight.change()).toBe(false);
    alone.add(1);
    expect(sight.change()).toBe(true);
    expect(sight.change()).toBe(false);
    expect(sight.openKeys).toEqual(["c"]);

    await sight.look("watchman");

    expect(looks).toEqual(["c"]);
    // One instead of the other.
    alone.delete(1);
    alone.add(2);
    expect(sight.change()).toBe(true);
    expect(sight.openKeys).toEqual(["b"]);
  });

  test("may hold jobs when they are taken from again", async () => {
    const { sight, alone } = watching();
    await sight.look("watchman");
    alone.add(1);
    sight.change();
    expect(sight.mayHoldJobs).toBe(false);

    alone.delete(1);
    sight.change();

    expect(sight.mayHoldJobs).toBe(true);
    expect([1, 2].map((place) => sight.isEmpty(place, true))).toEqual([false, true]);
  });

  test("of all of them nothing is asked", async () => {
    const { sight, looks, alone } = watching();
    alone.add(1).add(2);
    sight.change();

    expect(await sight.look("watchman")).toBe(true);

    expect({ looks, mayHoldJobs: sight.mayHoldJobs }).toEqual({ looks: [], mayHoldJobs: false });
  });
});
