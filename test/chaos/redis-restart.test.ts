/** A Redis that is killed and comes back with what its disk holds. */
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect } from "vitest";
import { eventually } from "../support/eventually.ts";
import { Arena } from "../support/chaos/arena.ts";
import { monotonicMs } from "../support/chaos/history.ts";
import type { Persistence } from "../support/chaos/redis-server.ts";
import { test } from "../support/chaos/test.ts";

const RESTARTS = 8;
const MOST_MS = 120_000;
// Redis itself waits up to two seconds for a slow disk before it holds its clients back.
const EVERYSEC_FORGETS_MS = 2_000;

const restarting = async (persistence: Persistence): Promise<Arena> => {
  const arena = await Arena.open({
    title: `kill -9 of Redis, appendfsync ${persistence}`,
    server: { persistence },
  });
  await Promise.all([arena.spawnUp(), arena.spawnUp()]);
  arena.driver().start(300);
  return arena;
};

test(
  "Redis with `appendfsync always` forgets nothing, and has each push once, also where its answer was lost",
  { timeout: MOST_MS },
  async () => {
    await using arena = await restarting("always");

    for (let i = 0; i < RESTARTS; i++) {
      await sleep(arena.chance.between(300, 1_200));
      await arena.runFailing();
      await arena.restartRedis({ awayMs: arena.chance.between(0, 500) });
    }
    const verdict = await arena.conclude();

    expect(verdict.accepted).toBeGreaterThan(100);
    expect(verdict.forgotten).toBe(0);
    expect(verdict.failedAway).toBeGreaterThan(0);
    expect(verdict.duplicates).toEqual({});
  },
);

test(
  "Redis with `appendfsync everysec` that is killed and whose machine lives loses at most its last moments",
  { timeout: MOST_MS },
  async () => {
    await using arena = await restarting("everysec");

    for (let i = 0; i < RESTARTS; i++) {
      await sleep(arena.chance.between(300, 1_200));
      await arena.runFailing();
      await arena.restartRedis({ awayMs: arena.chance.between(0, 500), rollbackMs: EVERYSEC_FORGETS_MS });
    }
    const verdict = await arena.conclude();

    expect(verdict.accepted).toBeGreaterThan(100);
    // The machine has what the process had written; only a log that waited for a slow disk was not.
    expect(verdict.forgotten).toBeLessThan(verdict.accepted / 10);
    expect(verdict.failedAway).toBeGreaterThan(0);
  },
);

test(
  "Redis that comes back without its last second loses pushes of that second at most, and runs again what it forgot",
  { timeout: MOST_MS },
  async () => {
    await using arena = await restarting("everysec");
    // What the log held when, as a disk would have it.
    const sizes: { at: number; bytes: number }[] = [];
    const watching = setInterval(() => sizes.push({ at: monotonicMs(), bytes: arena.server.logBytes() }), 50);

    using _watching = { [Symbol.dispose]: () => clearInterval(watching) };

    for (let i = 0; i < RESTARTS; i++) {
      await sleep(arena.chance.between(1_500, 2_500));
      await arena.runFailing();
      await arena.restartRedis({
        rollbackMs: 1_100,
        whileAway: () => {
          const nowMs = monotonicMs();
          const kept = sizes.findLast(({ at }) => at <= nowMs - 1_000) ?? sizes[0];
          sizes.length = 0;
          if (!kept) return 0;
          arena.server.forget(kept.bytes);
          // A machine that did nothing for seconds took no sample in them.
          return nowMs - kept.at + 100;
        },
      });
    }
    const verdict = await arena.conclude();

    expect(verdict.accepted).toBeGreaterThan(100);
    expect(verdict.duplicates.rollback).toBeGreaterThan(0);
    // A second's worth of pushes for each restart, and not more.
    expect(verdict.forgotten).toBeGreaterThan(0);
    expect(verdict.forgotten).toBeLessThan(verdict.accepted / 2);
    expect(verdict.failedAway).toBeGreaterThan(0);
  },
);

describe("Redis without a disk", () => {
  /** Two jobs run, and five wait for them. */
  const busy = async (title: string): Promise<Arena> => {
    const arena = await Arena.open({ title });
    await arena.spawnUp({ concurrency: 2 });
    const driver = arena.driver();
    const running = { queue: "default", style: "deaf", ms: 2_000, fails: 1, retries: 5 } as const;
    for (let i = 0; i < 2; i++) await driver.push(running);
    await arena.untilStarted(2);
    for (let i = 0; i < 5; i++) await driver.push({ ...running, ms: 0, fails: 0 });
    return arena;
  };

  test(
    "loses what was queued; what runs then, and fails, is retried all the same",
    { timeout: MOST_MS },
    async () => {
      await using arena = await busy("kill -9 of Redis without a disk");

      await arena.restartRedis({ rollbackMs: 60_000 });
      await eventually(() => expect(arena.events().filter(({ kind }) => kind === "end")).toHaveLength(2));
      const verdict = await arena.conclude();

      expect(verdict).toMatchObject({ accepted: 7, done: 2, forgotten: 5, duplicates: {} });
    },
  );

  test("is given back what runs by a worker that stops", { timeout: MOST_MS }, async () => {
    await using arena = await busy("kill -9 of Redis without a disk, and a stop");

    await arena.restartRedis({ rollbackMs: 60_000 });
    await Promise.all(arena.living.map((worker) => worker.stop()));
    const verdict = await arena.conclude();

    expect(verdict).toMatchObject({ accepted: 7, done: 2, forgotten: 5, runs: 6 });
  });
});
