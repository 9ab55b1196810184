/** Workers that lose jobs while Redis forgets: no rollback may excuse what the Redis that came back knew of. */
import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "vitest";
import { Arena } from "../support/chaos/arena.ts";
import { test } from "../support/chaos/test.ts";

const CARELESS = new URL("careless.mjs", import.meta.url).href;

test.for([
  ["lets go of jobs that it has not run", "unrun"],
  ["writes no retries", "failed"],
] as const)("a worker that %s is caught, whatever Redis forgets", async ([title, what]) => {
  await using arena = await Arena.open({ title, server: { persistence: "everysec" } });
  await arena.spawnUp({ execArgv: ["--import", `${CARELESS}?what=${what}`] });
  arena.driver().start(200);

  for (let i = 0; i < 3; i++) {
    await sleep(700);
    await arena.runFailing();
    await arena.restartRedis({ rollbackMs: 60_000 });
  }
  const { problems, accepted } = await arena.judge();

  expect(accepted).toBeGreaterThan(100);
  expect(problems.filter((problem) => problem.includes("is lost")).length).toBeGreaterThan(3);
});
