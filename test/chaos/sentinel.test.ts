/** A replica that is promoted by a real Sentinel, while the master is dead or alive. */
import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "vitest";
import { Arena } from "../support/chaos/arena.ts";
import { monotonicMs } from "../support/chaos/history.ts";
import { eventually } from "../support/eventually.ts";
import { SentinelPair } from "../support/chaos/sentinel-pair.ts";
import { test } from "../support/chaos/test.ts";

// Replication is asynchronous: what the master had confirmed and not yet sent is gone with it.
const LAG_MS = 1_000;

test("failovers by Sentinel lose at most what the old master had not sent to its replica", async () => {
  const pair = await SentinelPair.start();
  await using arena = await Arena.open({ title: "Sentinel failovers", home: pair });
  await Promise.all([arena.spawnUp(), arena.spawnUp()]);
  arena.driver().start(100);

  for (const failover of [() => pair.killMaster(), () => pair.swap()]) {
    await sleep(arena.chance.between(500, 1_500));
    await arena.runFailing();
    const forgotten = await failover();
    arena.history.note({ kind: "outage", at: forgotten.at, until: monotonicMs(), of: "everyone" });
    arena.history.note({ kind: "rollback", windowMs: LAG_MS, ...forgotten });
  }
  const verdict = await arena.conclude();

  expect(verdict.accepted).toBeGreaterThan(100);
  expect(verdict.forgotten).toBeLessThan(verdict.accepted / 2);
  expect(verdict.failedAway).toBeGreaterThan(0);
});

test("clients and workers leave an old master that says nothing more", async () => {
  const pair = await SentinelPair.start();
  await using arena = await Arena.open({ title: "Sentinel and a silent host", home: pair });
  await Promise.all([arena.spawnUp(), arena.spawnUp()]);
  arena.driver().start(100);
  await sleep(arena.chance.between(500, 1_500));

  const forgotten = await pair.silenceMaster(() => arena.runFailing());
  const promotedAt = monotonicMs();
  // Each connection to the old one is given up after ten seconds.
  await eventually(
    () => expect(arena.events().some(({ kind, at }) => kind === "end" && at > promotedAt)).toBe(true),
    { timeoutMs: 40_000, everyMs: 100 },
  );
  arena.history.note({ kind: "outage", at: forgotten.at, until: monotonicMs(), of: "everyone" });
  arena.history.note({ kind: "rollback", windowMs: LAG_MS, ...forgotten });
  await sleep(2_000);
  const verdict = await arena.conclude();

  // Most of its time there is no master: how many that are is for the machine to say.
  expect(verdict.accepted).toBeGreaterThan(20);
  expect(verdict.forgotten).toBeLessThan(verdict.accepted / 2);
  expect(verdict.failedAway).toBeGreaterThan(0);
});
