/** A run that throws, whatever it has done to its servers by then, leaves none of them and no worker. */
import { existsSync } from "node:fs";
import { afterEach, expect, vi } from "vitest";
import { Arena } from "../support/chaos/arena.ts";
import { ProxiedServer } from "../support/chaos/proxied-server.ts";
import { SentinelPair } from "../support/chaos/sentinel-pair.ts";
import { test } from "../support/chaos/test.ts";

afterEach(() => vi.unstubAllEnvs());

const isRunning = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

test.for([
  ["runs", () => Promise.resolve()],
  ["is dead", (arena) => arena.server.kill9()],
  [
    "is asleep, as a frozen worker is",
    (arena) => {
      process.kill(arena.server.pid, "SIGSTOP");
      for (const worker of arena.living) worker.freeze();
      return Promise.resolve();
    },
  ],
] satisfies readonly (readonly [string, (arena: Arena) => Promise<void>])[])(
  "while its Redis %s",
  async ([, happens]) => {
    const pids: number[] = [];
    let folder = "";
    const run = async (): Promise<void> => {
      await using arena = await Arena.open({ title: "a run that throws" });
      arena.rescuer(() => false);
      arena.driver().start(100);
      const worker = await arena.spawnUp();
      pids.push(worker.pid, arena.server.pid);
      folder = arena.server.folder;
      await happens(arena);
      throw new Error("The test fails.");
    };

    await expect(run()).rejects.toThrow("The test fails.");

    expect(pids.filter(isRunning)).toEqual([]);
    expect(existsSync(folder)).toBe(false);
  },
);

test.for([
  ["a server of its own", () => ProxiedServer.start()],
  ["a Sentinel", () => SentinelPair.start()],
] as const)("before it has begun, with %s", async ([, start]) => {
  const home = await start();
  vi.stubEnv("TSQ_CHAOS_SEED", "no number");

  await expect(Arena.open({ title: "a run that cannot begin", home })).rejects.toThrow("TSQ_CHAOS_SEED");

  expect(home.pids.filter(isRunning)).toEqual([]);
});
