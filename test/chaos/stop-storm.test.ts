/** Workers that are told to stop while long jobs run: each deadline hands back what runs, and nothing else. */
import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "vitest";
import { Arena } from "../support/chaos/arena.ts";
import { ordinaryJob, type PlannedJob } from "../support/chaos/driver.ts";
import { stopWorker } from "../support/chaos/faults.ts";
import type { Chance } from "../support/chaos/seed.ts";
import { test } from "../support/chaos/test.ts";

const STOPS = 60;
const GRACE_MS = 250;

/** Every third job outlives the grace, and every sixth does not listen either. */
const longJob = (chance: Chance): PlannedJob => {
  const job = ordinaryJob(chance);
  return job.isMalformed || chance.percent(66) ? job : { ...job, ms: chance.between(200, 1_500) };
};

test(`${STOPS} × TERM with long jobs: each job ends, and only those that were handed back ran twice`, async () => {
  await using arena = await Arena.open({ title: `${STOPS} × TERM`, graceMs: GRACE_MS });
  for (let i = 0; i < 3; i++) await arena.spawnUp();
  arena.driver({ plan: longJob }).start(40);

  const stopping: Promise<void>[] = [];
  for (let i = 0; i < STOPS; i++) {
    await sleep(arena.chance.between(50, 500));
    stopping.push(stopWorker(arena));
  }
  await Promise.all(stopping);
  // Who is told before it listens is ended by the signal, and has no code.
  const errors = arena.workers.filter((worker) => worker.exitCode).map(({ stderr }) => stderr);
  const verdict = await arena.conclude();

  expect(verdict.accepted).toBeGreaterThan(STOPS);
  expect(Object.keys(verdict.duplicates)).toEqual(["forced stop"]);
  expect(errors).toEqual([]);
});
