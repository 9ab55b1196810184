/** What networks do between the workers and Redis: nothing is lost, and none of it makes a job run twice. */
import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "vitest";
import { Arena } from "../support/chaos/arena.ts";
import {
  cutNetwork,
  delayNetwork,
  dripNetwork,
  halfOpenNetwork,
  hangNetwork,
  swallowNetwork,
  type Fault,
} from "../support/chaos/faults.ts";
import { test } from "../support/chaos/test.ts";

const FAULTS: readonly (readonly [string, Fault, { times: number; everyMs: number }])[] = [
  ["every connection is cut", cutNetwork, { times: 30, everyMs: 50 }],
  [
    "the workers' ends are reset, and Redis does not learn of it",
    halfOpenNetwork,
    { times: 6, everyMs: 300 },
  ],
  ["nothing passes for seconds", hangNetwork, { times: 4, everyMs: 300 }],
  ["what connections carry is swallowed, and new ones work", swallowNetwork, { times: 3, everyMs: 2_000 }],
  ["each way takes 200 ms", delayNetwork, { times: 2, everyMs: 300 }],
  ["one byte passes at a time", dripNetwork, { times: 2, everyMs: 300 }],
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
  expect(verdict.failedAway).toBeGreaterThan(0);
  expect(verdict.duplicates).toEqual({});
});
