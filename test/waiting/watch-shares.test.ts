/** Idle capsules that keep the watch by turns: jobs that come one after the other are not all one's. */
import { expect, test } from "vitest";
import { eventually } from "../support/eventually.ts";
import { taken, Watchers } from "../support/watchers.ts";

const watchers = new Watchers();

/** Of the processor, not of the clock: on a busy machine it may last longer. */
const COMPUTES_MICROS = 20_000;

const compute = (): void => {
  const since = process.cpuUsage();
  for (;;) {
    const { user, system } = process.cpuUsage(since);
    if (user + system >= COMPUTES_MICROS) return;
  }
};

test.each(["tracking", "polling", "hybrid"] as const)(
  "by %s, jobs that compute are shared among all who are idle, and none has two in a row",
  async (way) => {
    const all = await watchers.fleet(4, {
      way,
      onUnit: (unit) => {
        compute();
        unit.acknowledge();
      },
    });
    const takers: unknown[] = [];

    for (let i = 0; i < 16; i++) {
      const taker = await taken(await watchers.push(), all);
      takers.push(taker);
      await eventually(async () => {
        const watchman = await watchers.watchman();
        expect(watchman).toBeDefined();
        expect(watchman).not.toBe(taker);
      });
    }

    for (const one of all) expect(takers.filter((taker) => taker === one).length).toBeGreaterThanOrEqual(2);
  },
);

test("jobs that are over at once reach one after the other of those who are idle", async () => {
  const all = await watchers.fleet(3, { way: "tracking" });

  await eventually(async () => {
    await taken(await watchers.push(), all);
    for (const { units } of all) expect(units.length).toBeGreaterThan(0);
  });
});

test("a watchman keeps the watch as long as no job comes", async () => {
  const [watchman] = await watchers.fleet(3, { way: "tracking" });
  const lease = async (): Promise<string | null> => {
    const [key = ""] = (await watchers.leases()).filter((one) => !one.endsWith(":deputy"));
    return watchers.redis.get(key);
  };
  const values = new Set<string | null>();

  await eventually(async () => {
    values.add(await lease());
    // Renewed twice.
    expect(values.size).toBeGreaterThan(2);
  });

  expect(await watchers.watchman()).toBe(watchman);
});
