/** Clocks that are wrong, and two of everything that is driven by time. */
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect } from "vitest";
import { Arena } from "../support/chaos/arena.ts";
import { QUEUES, type PlannedJob } from "../support/chaos/driver.ts";
import { monotonicMs } from "../support/chaos/history.ts";
import { eventually } from "../support/eventually.ts";
import { test } from "../support/chaos/test.ts";

const HOUR_MS = 3_600_000;
const HALF_AN_HOUR_MS = HOUR_MS / 2;

/** How many jobs are scheduled for later than that, by our clock. */
const laterThan = (arena: Arena, inMs: number): Promise<number> =>
  arena.redis.zcount("schedule", (Date.now() + inMs) / 1_000, "+inf");

const CLOCK_STEP = new URL("clock-step.mjs", import.meta.url).href;

describe("a worker whose clock steps", () => {
  test.for([
    ["an hour ahead", HOUR_MS],
    ["an hour back", -HOUR_MS],
  ] as const)(
    "%s loses nothing and runs nothing twice, and what is due by it runs",
    async ([title, byMs]) => {
      await using arena = await Arena.open({ title: `a clock ${title}`, graceMs: 5_000 });
      const stepping = arena.spawn({ execArgv: ["--import", `${CLOCK_STEP}?afterMs=1500&byMs=${byMs}`] });
      await Promise.all([stepping.up(), arena.spawnUp()]);
      arena.history.note({ kind: "clock step", at: monotonicMs(), pid: stepping.pid, byMs });
      const driver = arena.driver();
      driver.start(150);
      if (byMs > 0) {
        // By the clock that is ahead; any other would leave it where it is.
        await driver.push({
          queue: "default",
          style: "polite",
          ms: 0,
          fails: 0,
          retries: 5,
          inMs: HALF_AN_HOUR_MS,
        });
        await eventually(async () => expect(await laterThan(arena, HALF_AN_HOUR_MS / 2)).toBe(0));
      }

      await sleep(3_000);
      // A stop that waits by the wall clock would wait for an hour, or not at all.
      const code = await stepping.stop();
      const verdict = await arena.conclude();

      expect(code).toBe(0);
      expect(verdict.accepted).toBeGreaterThan(100);
      expect(verdict.duplicates).toEqual({});
    },
  );

  test("back during a stop, stops in time all the same", async () => {
    await using arena = await Arena.open({ title: "a clock back during a stop", graceMs: 1_500 });
    const worker = arena.spawn({ execArgv: ["--import", `${CLOCK_STEP}?onTermMs=300&byMs=${-HOUR_MS}`] });
    await worker.up();
    await arena.driver().push({ queue: "default", style: "polite", ms: 6_000, fails: 0, retries: 5 });
    await sleep(500);

    const toldAt = monotonicMs();
    await worker.stop();

    expect(monotonicMs() - toldAt).toBeLessThan(6_000);
    expect(await arena.conclude()).toMatchObject({ done: 1, duplicates: { "forced stop": 1 } });
  });
});

test("any number of pollers promote each job once", async () => {
  await using arena = await Arena.open({ title: "pollers that race" });
  await Promise.all(Array.from({ length: 4 }, () => arena.spawnUp({ pollIntervalAverage: 0.02 })));
  const due = ({ queue }: { queue: string }, inMs: number): PlannedJob => {
    return { queue, style: "polite", ms: 0, fails: 0, retries: 5, inMs };
  };
  const driver = arena.driver();

  await driver.burst(2_000, (chance) => due({ queue: chance.pick(QUEUES) }, chance.between(200, 1_500)));
  const verdict = await arena.conclude();

  expect(verdict).toMatchObject({ accepted: 2_000, runs: 2_000, done: 2_000, duplicates: {} });
});

test("any number of rescuers bring each job back once", async () => {
  await using arena = await Arena.open({ title: "rescuers that race" });
  const dead = await Promise.all(
    Array.from({ length: 3 }, () => arena.spawnUp({ isHolding: true, concurrency: 50 })),
  );
  const driver = arena.driver();
  await driver.burst(150, (chance) => {
    return { queue: chance.pick(QUEUES), style: "held", ms: 1, fails: 0, retries: 5 };
  });
  await arena.untilStarted(150);
  const isDead = (identity: string): boolean =>
    dead.some((worker) => worker.identity === identity && worker.hasEnded);
  const rescuers = Array.from({ length: 4 }, () => arena.rescuer(isDead));

  for (const worker of dead) await worker.kill9();
  const verdict = await arena.conclude();
  await Promise.all(rescuers.map((rescuer) => rescuer.stop()));

  expect(verdict).toMatchObject({ accepted: 150, runs: 300, done: 150, duplicates: { crash: 150 } });
  expect(rescuers.flatMap(({ errors }) => errors)).toEqual([]);
});
