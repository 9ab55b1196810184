/** What Redis itself does to its clients: nothing is lost, and none of it makes a job run twice. */
import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "vitest";
import { Arena } from "../support/chaos/arena.ts";
import {
  fillMemory,
  flushScripts,
  killConnections,
  occupyRedis,
  pauseClients,
  type Fault,
} from "../support/chaos/faults.ts";
import { test } from "../support/chaos/test.ts";

const FAULTS: readonly (readonly [string, Fault, { times: number; everyMs: number }])[] = [
  ["SCRIPT FLUSH", flushScripts, { times: 100, everyMs: 30 }],
  ["CLIENT KILL of every connection", killConnections, { times: 25, everyMs: 50 }],
  ["CLIENT PAUSE", pauseClients, { times: 4, everyMs: 300 }],
  ["`maxmemory` reached", fillMemory, { times: 3, everyMs: 500 }],
  ["an endless script", occupyRedis, { times: 5, everyMs: 300 }],
];

test.for(FAULTS)("%s", async ([title, fault, { times, everyMs }]) => {
  await using arena = await Arena.open({ title });
  await Promise.all([arena.spawnUp(), arena.spawnUp()]);
  arena.driver().start(200);

  for (let i = 0; i < times; i++) {
    await sleep(arena.chance.between(everyMs / 2, everyMs * 1.5));
    await fault(arena);
  }
  const verdict = await arena.conclude();

  expect(verdict.accepted).toBeGreaterThan(100);
  expect(verdict.forgotten).toBe(0);
  // Nobody is kept from Redis by a script that is not there.
  if (fault !== flushScripts) expect(verdict.failedAway).toBeGreaterThan(0);
  expect(verdict.duplicates).toEqual({});
});
