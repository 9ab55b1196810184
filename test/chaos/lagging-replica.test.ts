/** A replica that is behind and becomes the master while jobs run, fail and end: the old slots are in it again. */
import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "vitest";
import { Arena } from "../support/chaos/arena.ts";
import { ordinaryJob, type PlannedJob } from "../support/chaos/driver.ts";
import { monotonicMs } from "../support/chaos/history.ts";
import { LaggingPair } from "../support/chaos/lagging-pair.ts";
import type { Chance } from "../support/chaos/seed.ts";
import { test } from "../support/chaos/test.ts";

const FAILOVERS = 5;
const LAG_MS = 400;

/** Every third job fails at first, so that many slots are marked, taken again and failed in when the master dies. */
const failingJob = (chance: Chance): PlannedJob => {
  const job = ordinaryJob(chance);
  return job.isMalformed || chance.percent(66) ? job : { ...job, ms: chance.between(0, 200), fails: 1 };
};

test(
  `a replica that lags ${LAG_MS} ms is promoted: only what it had never heard of is gone`,
  { timeout: 180_000 },
  async () => {
    const pair = await LaggingPair.start(LAG_MS);
    await using arena = await Arena.open({ title: `a replica that lags ${LAG_MS} ms`, home: pair });
    await Promise.all([arena.spawnUp(), arena.spawnUp()]);
    arena.driver({ plan: failingJob }).start(300);

    for (let i = 0; i < FAILOVERS; i++) {
      await sleep(arena.chance.between(1_500, 3_000));
      await arena.runFailing();
      const { until, ...forgotten } = await pair.failOver();
      arena.history.note({ kind: "outage", at: forgotten.at, until: monotonicMs(), of: "everyone" });
      arena.history.note({ kind: "rollback", windowMs: LAG_MS + 1_000, until, ...forgotten });
    }
    const verdict = await arena.conclude();

    expect(verdict.accepted).toBeGreaterThan(500);
    expect(verdict.forgotten).toBeLessThan(verdict.accepted / 2);
    expect(verdict.failedAway).toBeGreaterThan(0);
    expect(verdict.duplicates.rollback).toBeGreaterThan(0);
  },
);
