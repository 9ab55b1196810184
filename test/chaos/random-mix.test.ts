/** Everything at once, by chance: for two minutes, or for TSQ_CHAOS_MINUTES. */
import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "vitest";
import { Arena } from "../support/chaos/arena.ts";
import * as faults from "../support/chaos/faults.ts";
import { monotonicMs } from "../support/chaos/history.ts";
import { test } from "../support/chaos/test.ts";

const MINUTES = Number(process.env["TSQ_CHAOS_MINUTES"] ?? 2);
const WORKERS = 3;
// Some faults wait for others, and the end waits for all.
const SLACK_MS = 180_000;

const FAULTS: readonly (readonly [name: string, fault: faults.Fault, weight: number])[] = [
  ["kill -9", faults.killWorker, 8],
  ["TERM", faults.stopWorker, 4],
  ["SIGSTOP", faults.freezeWorker, 4],
  ["restart of Redis", faults.restartRedis, 3],
  ["SCRIPT FLUSH", faults.flushScripts, 3],
  ["CLIENT KILL", faults.killConnections, 3],
  ["CLIENT PAUSE", faults.pauseClients, 2],
  ["full memory", faults.fillMemory, 2],
  ["endless script", faults.occupyRedis, 2],
  ["cut", faults.cutNetwork, 4],
  ["half open", faults.halfOpenNetwork, 3],
  ["hanging", faults.hangNetwork, 2],
  ["delay", faults.delayNetwork, 2],
  ["drip", faults.dripNetwork, 2],
  ["swallowing", faults.swallowNetwork, 1],
];

test(
  `all faults mixed at random for ${MINUTES} min: nothing is lost, and every job that ran twice is explained`,
  { timeout: MINUTES * 60_000 + SLACK_MS },
  async () => {
    await using arena = await Arena.open({
      title: "all faults mixed",
      server: { persistence: "always" },
      graceMs: 300,
    });
    const { chance } = arena;
    const drawn = FAULTS.flatMap(([name, fault, weight]) =>
      Array.from({ length: weight }, () => [name, fault] as const),
    );
    arena.keep(WORKERS);
    arena.driver().start(150);

    const count: Record<string, number> = {};
    const going = new Map<string, Promise<void>>();
    const until = monotonicMs() + MINUTES * 60_000;
    while (monotonicMs() < until) {
      await sleep(chance.between(0, 800));
      arena.keep(WORKERS);
      // Two at a time at most, and of each kind one.
      if (going.size >= 2) await Promise.race(going.values());
      const [name, fault] = chance.pick(drawn);
      if (going.has(name)) continue;
      count[name] = (count[name] ?? 0) + 1;
      going.set(
        name,
        fault(arena).finally(() => going.delete(name)),
      );
    }
    await Promise.all(going.values());
    console.log(`faults: ${JSON.stringify(count)}`);
    const verdict = await arena.conclude();

    expect(verdict.accepted).toBeGreaterThan(100);
    expect(verdict.forgotten).toBe(0);
    expect(verdict.failedAway).toBeGreaterThan(0);
  },
);
