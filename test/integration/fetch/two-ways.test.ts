/** Workers of two ways of waiting on the same queues, as while a fleet goes over from one to the other, or back. */
import { describe, expect, test } from "vitest";
import type { Capsule, CapsuleOptions } from "../../support/capsule.ts";
import { eventually } from "../../support/eventually.ts";
import { named, taken, Watchers } from "../../support/watchers.ts";

const watchers = new Watchers();
const QUEUES = named(6);

const pushToEach = async (): Promise<readonly string[]> => {
  const jobs: string[] = [];
  for (const queue of QUEUES) jobs.push(await watchers.push(queue));
  return jobs;
};
const allTaken = async (jobs: readonly string[], by: readonly Capsule[]): Promise<void> => {
  for (const job of jobs) await taken(job, by);
};

/** How many of the queues have a pad. */
const PADS = { pads: QUEUES.length, hybrid: 2, tracking: 0, polling: 0 };
const untilWaiting = (pads: number): Promise<unknown> =>
  eventually(async () => expect(await watchers.workers.connections(" cmd=blmove ")).toHaveLength(pads));

describe.each([
  ["pads", "hybrid"],
  ["hybrid", "pads"],
  ["pads", "tracking"],
  ["polling", "pads"],
] as const)("of a worker by %s and one by %s", (one, other) => {
  const both = async (options: CapsuleOptions = {}): Promise<readonly [first: Capsule, second: Capsule]> => {
    const first = await watchers.start({ way: one, queues: QUEUES, ...options });
    const second = await watchers.start({ way: other, queues: QUEUES, ...options });
    await eventually(async () => expect(await watchers.leases()).not.toEqual([]));
    return [first, second];
  };

  test("each job is taken by one of them, once", async () => {
    const all = await both();
    const jobs: string[] = [];

    for (let i = 0; i < 10; i++) jobs.push(...(await pushToEach()));

    await allTaken(jobs, all);
    expect(all.flatMap(({ texts }) => texts).toSorted()).toEqual(jobs.toSorted());
  });

  test.each(["first", "second"] as const)(
    "those of the %s, which dies, are taken by the other",
    async (which) => {
      const [first, second] = await both();
      await allTaken(await pushToEach(), [first, second]);
      await untilWaiting(PADS[one] + PADS[other]);
      const isFirst = which === "first";

      watchers.kill(isFirst ? first : second);
      // Else a job may be on a pad of the dead one, where a rescuer finds it after a minute.
      await untilWaiting(PADS[isFirst ? other : one]);

      await allTaken(await pushToEach(), [isFirst ? second : first]);
    },
  );

  test("the queue that one leaves alone is the other's", async () => {
    const [first, second] = await both();
    await allTaken(await pushToEach(), [first, second]);

    first.fetch.pause(new Set(["q3"]));
    // A call of its own that was on its way still may take some.
    for (let i = 0; i < 4; i++) await taken(await watchers.push("q3"), [first, second]);

    for (let i = 0; i < 4; i++) expect(await taken(await watchers.push("q3"), [first, second])).toBe(second);
  });

  test("what comes while the one is full is the other's", async () => {
    const all = await both({ concurrency: 1, onUnit: () => {} });
    const jobs = [await watchers.push("q4"), await watchers.push("q5")];

    await allTaken(jobs, all);

    expect(all.map(({ units }) => units.length)).toEqual([1, 1]);
  });
});
