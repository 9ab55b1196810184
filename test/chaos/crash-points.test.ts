/** A death between any two commands of the engine, by count and not by luck. */
import { afterAll, beforeAll, describe, expect } from "vitest";
import {
  describe as named,
  liveAndCrash,
  type CrashResult,
  type Victim,
} from "../support/chaos/crash-scenario.ts";
import type { Side } from "../support/chaos/crash-proxy.ts";
import { RedisServer } from "../support/chaos/redis-server.ts";
import { Chance } from "../support/chaos/seed.ts";
import { test } from "../support/chaos/test.ts";

const AT_ONCE = 3;
const MOST_MS = 300_000;

describe("whatever command it is that dies", () => {
  let server: RedisServer;
  let databases = 0;
  beforeAll(async () => {
    server = await RedisServer.start({ args: ["--databases", "64"] });
  });
  afterAll(() => server.stop());

  /** One run for each command, until a life ends before its n-th. */
  const everyPoint = async (victim: Victim, side: Side): Promise<readonly CrashResult[]> => {
    const chance = Chance.announced(`the ${victim} dies ${side} each command`);
    const results: CrashResult[] = [];
    let n = 0;
    let isOver = false;
    const lane = async (database: number): Promise<void> => {
      while (!isOver) {
        const result = await liveAndCrash(server, database, chance, { victim, side, n: ++n });
        results.push(result);
        if (!result.wasReached) isOver = true;
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, () => lane(databases++)));
    const problems = results.flatMap((result) =>
      result.verdict.problems.map((problem) => `${named(result)}: ${problem}`),
    );
    const duplicates = results.reduce((sum, { verdict }) => sum + verdict.runs, 0);
    console.log(
      `the ${victim} dies ${side}: ${JSON.stringify({ seed: chance.seed, points: results.length, runs: duplicates, problems: problems.length })}`,
    );
    expect(problems).toEqual([]);
    return results;
  };

  test.for([
    ["connection", "before"],
    ["connection", "after"],
  ] as const)(
    "a %s that dies %s it changes nothing: the worker connects again and goes on",
    { timeout: MOST_MS },
    async ([victim, side]) => {
      const results = await everyPoint(victim, side);

      expect(results.length).toBeGreaterThan(75);
    },
  );

  test.for([
    ["process", "before"],
    ["process", "after"],
  ] as const)("a %s that dies %s it loses no job", { timeout: MOST_MS }, async ([victim, side]) => {
    const results = await everyPoint(victim, side);

    expect(results.length).toBeGreaterThan(75);
  });
});
