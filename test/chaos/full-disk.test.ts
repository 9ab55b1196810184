/** A log that cannot be written any more. */
import { existsSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "vitest";
import { Arena } from "../support/chaos/arena.ts";
import { test } from "../support/chaos/test.ts";

// Every write to it fails with ENOSPC.
const FULL = "/dev/full";

(existsSync(FULL) ? test : test.skip)(
  "a worker whose log is on a full disk goes on, loses no job and runs none twice",
  async () => {
    await using arena = await Arena.open({ title: "a full disk for logs", graceMs: 2_000 });
    const workers = [await arena.spawnUp({ log: FULL }), await arena.spawnUp({ log: FULL })];
    arena.driver().start(150);

    await sleep(3_000);
    const living = workers.filter((worker) => !worker.hasEnded);
    const verdict = await arena.conclude();

    expect(living, workers.map(({ stderr }) => stderr).join("\n")).toHaveLength(2);
    expect(verdict.accepted).toBeGreaterThan(100);
    expect(verdict.duplicates).toEqual({});
  },
);
