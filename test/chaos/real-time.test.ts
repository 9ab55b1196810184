/** Nothing here is hurried: leases take their minute. The tests wait side by side. */
import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "vitest";
import { Arena } from "../support/chaos/arena.ts";
import type { PlannedJob } from "../support/chaos/driver.ts";
import type { HistoryEvent } from "../support/chaos/history.ts";
import { test } from "../support/chaos/test.ts";
import { eventually } from "../support/eventually.ts";

const JOBS = 50;
const MOST_MS = 180_000;
const BLOCKED_MS = 120_000;
const LATE_MS = 120_000;
const LIVING_JOBS = 10;
const HEARTBEATS_LOST = 2;
// Longer than a rescuer suspects, so that each loss is looked at to its end.
const BETWEEN_LOSSES_MS = 22_000;
const LIVING_MS = HEARTBEATS_LOST * (BETWEEN_LOSSES_MS + 10_000) + 24_000;

const HELD: PlannedJob = { queue: "default", style: "held", ms: 10, fails: 0, retries: 5 };

/** As the server's clock does that steps a minute ahead; and when it is longest until the next beat. */
const loseAfterBeat = async (arena: Arena, identity: string): Promise<void> => {
  const beat = () => arena.redis.hget(identity, "beat");
  const last = await beat();
  await eventually(async () => expect(await beat()).not.toBe(last), { everyMs: 100 });
  await arena.redis.del(identity);
};

const startsOf = (arena: Arena): readonly Extract<HistoryEvent, { kind: "start" }>[] =>
  arena.events().filter((event) => event.kind === "start");

test.concurrent(
  "fifty jobs of a killed worker run again within ninety seconds, and not before its lease is over",
  { timeout: MOST_MS },
  async () => {
    await using arena = await Arena.open({ title: "a crash in real time", isRealTime: true });
    const dying = await arena.spawnUp({ isHolding: true, concurrency: JOBS });
    await arena.driver().burst(JOBS, () => HELD);
    await arena.untilStarted(JOBS);
    await arena.spawnUp();

    await dying.kill9();
    const killed = arena.events().find((event) => event.kind === "killed")?.at ?? 0;
    await arena.untilStarted(2 * JOBS, LATE_MS);
    const again = startsOf(arena)
      .slice(JOBS)
      .map(({ at }) => at - killed);
    const verdict = await arena.conclude();

    // Its last beat was up to ten seconds before its end.
    expect(Math.min(...again)).toBeGreaterThan(48_000);
    expect(Math.max(...again)).toBeLessThan(90_000);
    expect(verdict).toMatchObject({ done: JOBS, runs: 2 * JOBS, duplicates: { crash: JOBS } });
  },
);

test.concurrent(
  "a job that blocks the event loop for two minutes is slow, not dead: nobody takes it away",
  { timeout: MOST_MS },
  async () => {
    await using arena = await Arena.open({ title: "a blocked event loop", isRealTime: true });
    // By itself it gives back what waits beside such a job.
    const blocked = await arena.spawnUp({ blockedLoopTimeoutMs: 0 });
    const driver = arena.driver();
    await driver.push({ ...HELD, style: "polite", ms: 1_000 });
    await driver.push({ ...HELD, style: "blocking", ms: BLOCKED_MS });
    await arena.untilStarted(2);
    await arena.spawnUp();

    await sleep(BLOCKED_MS - 20_000);
    const ttl = await arena.redis.ttl(blocked.identity ?? "");
    const verdict = await arena.conclude();

    expect(ttl).toBeGreaterThan(45);
    expect(verdict).toMatchObject({ done: 2, runs: 2, duplicates: {} });
  },
);

test.concurrent(
  "a job that waits beside one that blocks the event loop runs elsewhere after a minute, and the one that blocks only here",
  { timeout: MOST_MS },
  async () => {
    await using arena = await Arena.open({ title: "beside a blocked event loop", isRealTime: true });
    await arena.spawnUp();
    const driver = arena.driver();
    await driver.push({ ...HELD, style: "polite", ms: 1_000 });
    await driver.push({ ...HELD, style: "blocking", ms: BLOCKED_MS });
    await arena.untilStarted(2);
    await arena.spawnUp();

    await arena.untilStarted(3, LATE_MS);
    const verdict = await arena.judge();

    // The checker knows no excuse for it: its process lives, and is not frozen.
    expect(verdict.problems).toEqual([expect.stringContaining("ran 2 times at attempt 1")]);
    expect(verdict).toMatchObject({ done: 2, runs: 3 });
  },
);

test.concurrent(
  "a worker frozen for longer than its lease changes nothing when it goes on",
  { timeout: MOST_MS },
  async () => {
    await using arena = await Arena.open({ title: "SIGSTOP in real time", isRealTime: true });
    const frozen = await arena.spawnUp();
    const driver = arena.driver();
    // Long enough to be running when the other worker is up.
    const slow: PlannedJob = { ...HELD, style: "deaf", ms: 10_000 };
    await driver.push(slow);
    await driver.push({ ...slow, fails: 1 });
    await driver.push({ ...slow, fails: 9, retries: 0 });
    await arena.untilStarted(3);
    await arena.spawnUp();

    frozen.freeze();
    await arena.untilStarted(6, LATE_MS);
    frozen.noteExpiry();
    frozen.thaw();
    const verdict = await arena.conclude();

    // Three first attempts made twice, one second attempt.
    expect(verdict).toMatchObject({ done: 2, dead: 1, runs: 7, duplicates: { "expired owner": 3 } });
  },
);

test.concurrent(
  "living workers whose heartbeats are lost keep their jobs: all of it, and the heartbeats alone, again and again",
  { timeout: MOST_MS },
  async () => {
    await using arena = await Arena.open({ title: "lost heartbeats in real time", isRealTime: true });
    const workers = [await arena.spawnUp(), await arena.spawnUp()];
    const driver = arena.driver();
    await driver.burst(LIVING_JOBS, () => ({ ...HELD, style: "deaf", ms: LIVING_MS }));
    await arena.untilStarted(LIVING_JOBS);

    await arena.redis.flushall();
    for (let loss = 0; loss < HEARTBEATS_LOST; loss++) {
      await sleep(BETWEEN_LOSSES_MS);
      await Promise.all(workers.map(({ identity = "" }) => loseAfterBeat(arena, identity)));
    }
    const verdict = await arena.conclude();

    expect(verdict).toMatchObject({ done: LIVING_JOBS, runs: LIVING_JOBS, forgotten: 0, duplicates: {} });
  },
);
