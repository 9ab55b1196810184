/** tsq and every generation of Ruby Sidekiq on the same queues, both pushing, while workers come and go. */
import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "vitest";
import { Arena } from "../support/chaos/arena.ts";
import { ordinaryJob, QUEUES, type PlannedJob } from "../support/chaos/driver.ts";
import { killWorker } from "../support/chaos/faults.ts";
import { RubyFleet } from "../support/chaos/ruby-fleet.ts";
import type { Chance } from "../support/chaos/seed.ts";
import { test } from "../support/chaos/test.ts";
import { isRequired } from "../support/required.ts";
import { missingRubies, rubies } from "../support/ruby.ts";

const ROUNDS = 12;
// Ruby's idle threads sit in a BRPOP of two seconds. A stop that is over before may take a job with it that another
// process has just handed back: Ruby's own loss, which is not what this is about.
const GRACE_SECONDS = 4;

for (const { generation, reason } of missingRubies())
  console.warn(`Skipped: Ruby Sidekiq ${generation} in the mixed fleet, because ${reason}.`);

/** Ruby lets nobody push what is no job. A few outlive a stop. */
const sharedJob = (chance: Chance): PlannedJob => {
  const { isMalformed: _, ...job } = ordinaryJob(chance);
  return chance.percent(97) ? job : { ...job, ms: chance.between(1_000, 6_000) };
};

(rubies().length === 0 && !isRequired("ruby") ? test.skip : test)(
  `kill -9 of tsq's workers and TERM of Ruby's: every job that either has pushed ends once`,
  { timeout: 180_000 },
  async () => {
    await using arena = await Arena.open({ title: "tsq and Ruby" });
    const found = rubies();
    const fleets = found.map((ruby, i) => {
      return new RubyFleet(arena, ruby, (i + 1) * 10_000_000, {
        queues: QUEUES,
        graceSeconds: GRACE_SECONDS,
      });
    });
    try {
      await Promise.all([...fleets.map((fleet) => fleet.start()), arena.spawnUp(), arena.spawnUp()]);
      arena.driver({ plan: sharedJob }).start(60);

      for (let i = 0; i < ROUNDS; i++) {
        await sleep(arena.chance.between(200, 800));
        await arena.chance.pick(fleets).push(Array.from({ length: 20 }, () => sharedJob(arena.chance)));
        await killWorker(arena);
        if (i % 4 === 3) await arena.chance.pick(fleets).replace();
      }
      const verdict = await arena.conclude({
        stopOthers: () => Promise.all(fleets.map((fleet) => fleet.stop())),
      });

      expect(verdict.accepted).toBeGreaterThan(300);
      expect(verdict.refused).toBe(0);
      const explained = ["crash", "forced stop"];
      expect(Object.keys(verdict.duplicates).filter((cause) => !explained.includes(cause))).toEqual([]);
      const ran = new Set(arena.events().flatMap((event) => (event.kind === "start" ? [event.pid] : [])));
      expect(ran.size).toBeGreaterThan(found.length + 2);
    } finally {
      await Promise.all(found.map((ruby) => ruby.stopAll()));
    }
  },
);
