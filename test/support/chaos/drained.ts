/** The end of a run: waits until Redis holds nothing that is to be done. */
import { expect } from "vitest";
import type { Redis } from "ioredis";
import { eventually } from "../eventually.ts";
import { check } from "./checker.ts";
import { stateOf, type RedisState } from "./final-state.ts";
import type { History } from "./history.ts";
import type { TimeMachine } from "./time-machine.ts";

const DRAIN_MS = 60_000;

interface Run {
  readonly redis: Redis;
  readonly history: History;
  readonly time: TimeMachine;
}

/** Resolves when nothing is left to do. */
export async function drained({ redis, history, time }: Run): Promise<void> {
  await eventually(
    async () => {
      // A clock that is ahead has put off its retries by as much.
      for (const member of await redis.zrange("retry", "0", "-1"))
        await redis.zadd("retry", "XX", "LT", Date.now() / 1_000 + 1, member);
      expect(leftOf(await stateOf(redis))).toEqual({ queued: 0, inFlight: 0, retry: 0, scheduled: 0 });
    },
    { timeoutMs: DRAIN_MS, everyMs: 100 },
  ).catch(async (error: Error) => {
    const state = await stateOf(redis);
    const verdict = check(history.events(), state, { isDrained: false });
    throw new Error(
      `${error.message}\nowners: ${state.owners.join(", ")}\nin flight: ${state.inFlight.slice(0, 5).join(", ")}\n` +
        `problems: ${verdict.problems.slice(0, 5).join("\n")}\nrescuer: ${time.errors.slice(-2).join("\n")}\n` +
        `see ${history.folder}`,
    );
  });
}

/** Resolves when no owner is left: each ended well, or was rescued. */
export async function released(redis: Redis): Promise<void> {
  await eventually(async () => expect((await stateOf(redis)).owners).toEqual([]), { everyMs: 100 });
}

const leftOf = ({ queued, inFlight, retry, scheduled }: RedisState) => ({
  queued: queued.length,
  inFlight: inFlight.length,
  retry: retry.length,
  scheduled: scheduled.length,
});
