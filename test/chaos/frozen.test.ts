/** Workers that are taken for dead while they live: what they do late changes nothing. */
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect } from "vitest";
import { eventually } from "../support/eventually.ts";
import { Arena } from "../support/chaos/arena.ts";
import { QUEUES } from "../support/chaos/driver.ts";
import { freezeWorker, landOnPads, loseLease, thaw } from "../support/chaos/faults.ts";
import { monotonicMs } from "../support/chaos/history.ts";
import { test } from "../support/chaos/test.ts";
import { wayFrom } from "../support/inside-worker.ts";
import { withPads } from "../support/with-way.ts";

const FREEZES = 12;

test("workers frozen beyond their lease and continued, again and again", async () => {
  await using arena = await Arena.open({ title: `${FREEZES} × SIGSTOP beyond the lease` });
  await Promise.all([arena.spawnUp(), arena.spawnUp(), arena.spawnUp()]);
  arena.driver().start(200);

  for (let i = 0; i < FREEZES; i++) {
    await sleep(arena.chance.between(100, 600));
    await freezeWorker(arena);
  }
  const verdict = await arena.conclude();

  expect(verdict.accepted).toBeGreaterThan(100);
  const landed = arena.events().filter(({ kind }) => kind === "landed").length;
  if (wayFrom(process.env) === "pads") expect(landed).toBeGreaterThan(0);
  expect(Object.keys(verdict.duplicates).filter((cause) => cause !== "expired owner")).toEqual([]);
});

describe("with a pad for each queue", () => {
  withPads();

  test("jobs that came onto the pads of a frozen worker run elsewhere, once, and what it finds there is nobody's", async () => {
    await using arena = await Arena.open({ title: "jobs on the pads of a frozen worker" });
    const frozen = await arena.spawnUp();
    const isArmed = async (): Promise<void> => {
      const waiting = String(await arena.redis.client("LIST")).match(/ cmd=blmove /g);
      expect(waiting).toHaveLength(QUEUES.length);
    };
    await eventually(isArmed);
    const driver = arena.driver();

    frozen.freeze();
    for (const queue of QUEUES) await driver.push({ queue, style: "polite", ms: 5, fails: 0, retries: 5 });
    await landOnPads(arena, frozen);
    await loseLease(arena, frozen);
    await arena.spawnUp();
    await eventually(() =>
      expect(arena.events().filter(({ kind }) => kind === "end")).toHaveLength(QUEUES.length),
    );
    await thaw(arena, frozen);
    await driver.push({ queue: "default", style: "polite", ms: 5, fails: 0, retries: 5 });
    const verdict = await arena.conclude();

    const landed = arena.events().flatMap((event) => (event.kind === "landed" ? [event.jobs] : []));
    expect(landed).toEqual([QUEUES.length]);
    expect(verdict).toMatchObject({ accepted: QUEUES.length + 1, done: QUEUES.length + 1 });
    expect(Object.keys(verdict.duplicates).filter((cause) => cause !== "expired owner")).toEqual([]);
  });
});

test("the late success, failure and death of a thawed worker's jobs are nobody's: each job ends once", async () => {
  await using arena = await Arena.open({ title: "late outcomes of a frozen worker" });
  const frozen = await arena.spawnUp();
  const driver = arena.driver();
  const long = { queue: "default", style: "deaf", ms: 1_000, fails: 0, retries: 5 } as const;
  await driver.push(long);
  await driver.push({ ...long, fails: 1 });
  await driver.push({ ...long, fails: 9, retries: 0 });
  await eventually(() => expect(arena.events().filter(({ kind }) => kind === "start")).toHaveLength(3));

  frozen.freeze();
  await loseLease(arena, frozen);
  await arena.spawnUp();
  await eventually(() => expect(arena.events().filter(({ kind }) => kind === "end")).toHaveLength(4));
  await thaw(arena, frozen);
  const verdict = await arena.conclude();

  // Each first attempt was made twice, and nothing else: one success, one retry, one death.
  expect(verdict).toMatchObject({ done: 2, dead: 1, duplicates: { "expired owner": 3 }, runs: 7 });
});

test("a worker that cannot reach Redis beyond its lease goes on working afterwards, for itself alone", async () => {
  await using arena = await Arena.open({ title: "cut off beyond the lease" });
  const lonely = await arena.spawnUp();
  const other = await arena.spawnUp({ redis: arena.server.url });
  const driver = arena.driver();
  driver.start(200);
  await eventually(() => expect(driver.pushed).toBeGreaterThan(100));

  const at = monotonicMs();
  arena.history.note({ kind: "frozen", at, pid: lonely.pid });
  arena.network.sleep();
  await loseLease(arena, lonely);
  arena.takeForAlive(lonely);
  await arena.beatFor(lonely.identity ?? "");
  arena.history.note({ kind: "thawed", at: monotonicMs(), pid: lonely.pid });
  arena.history.note({ kind: "outage", at, until: monotonicMs(), of: "workers" });
  arena.network.wake();
  await other.kill9();
  const before = driver.pushed;
  await eventually(() => expect(driver.pushed).toBeGreaterThan(before + 50));
  const verdict = await arena.conclude();

  expect(
    Object.keys(verdict.duplicates).filter((cause) => !["expired owner", "crash"].includes(cause)),
  ).toEqual([]);
  const late = arena
    .events()
    .filter((event) => event.kind === "start" && event.pid === lonely.pid && event.at > at);
  expect(late.length).toBeGreaterThan(0);
});

test("a worker that is rescued again and again while it works, because its beat is not heard, loses nothing", async () => {
  await using arena = await Arena.open({ title: "rescued while it works" });
  const mute = await arena.spawnUp();
  await arena.spawnUp();
  arena.driver().start(200);

  arena.history.note({ kind: "frozen", at: monotonicMs(), pid: mute.pid });
  arena.takeForDead(mute);
  await sleep(6_000);
  arena.takeForAlive(mute);
  await arena.beatFor(mute.identity ?? "");
  arena.history.note({ kind: "thawed", at: monotonicMs(), pid: mute.pid });
  // Each look brought back what it ran: a job that it took four times is a poison pill by then.
  const verdict = await arena.conclude({ untoldDeaths: Number.POSITIVE_INFINITY });

  expect(verdict.accepted).toBeGreaterThan(100);
  expect(Object.keys(verdict.duplicates).filter((cause) => cause !== "expired owner")).toEqual([]);
});
