/** The commands of the terminal where there are a hundred thousand queues, and as many runs. */
import { describe, expect, test } from "vitest";
import { jidOf, payloadOf } from "../support/failed-jobs.ts";
import { COUNT, setLargeShell } from "../support/large-shell.ts";
import { hasNativeRedis } from "../support/native-redis.ts";
import { testNativeServer } from "../support/native-required.ts";
import { heartbeat } from "../support/terminal-redis.ts";
import { tsq } from "../support/tsq-command.ts";

testNativeServer("the terminal over a hundred thousand queues");

const PROCESSES = 1_000;
/** Of each process. */
const RUNS = COUNT / PROCESSES;

describe.skipIf(!hasNativeRedis())("of a hundred thousand queues, and as many runs", () => {
  const shell = setLargeShell(async (redis) => {
    for (let from = 0; from < COUNT; from += 1_000) {
      const names = Array.from({ length: 1_000 }, (_, i) => `user-${from + i}`);
      const pipeline = redis.pipeline().sadd("queues", ...names);
      for (const [i, queue] of names.entries())
        pipeline.lpush(`queue:${queue}`, payloadOf({ jid: jidOf(from + i), queue }));
      await pipeline.exec();
    }
    await redis.lpush("queue:user-77777", payloadOf({ jid: jidOf(COUNT), queue: "user-77777" }));
    for (let n = 0; n < PROCESSES; n++) {
      const identity = `web-${n}:42:abc`;
      await heartbeat(redis, identity, ["user-1", `user-${n}`], "tsq 0.1.0");
      const runs = Array.from({ length: RUNS }, (_, i) => {
        const payload = payloadOf({ jid: jidOf(n * RUNS + i), queue: "user-1" });
        return [`t${i}`, JSON.stringify({ queue: "user-1", run_at: 1_700_000_000, payload })];
      });
      await redis.hset(`${identity}:work`, ...runs.flat());
    }
  });

  const shown = async (...args: readonly string[]): Promise<string> => {
    const { code, stdout, stderr } = await tsq(args, { env: { REDIS_URL: shell.server.url, COLUMNS: "80" } });
    expect([code, stderr]).toEqual([0, ""]);
    return stdout;
  };
  const lines = (text: string) => text.split("\n").slice(0, -1);

  test("stats shows the longest, and says how many others there are", async () => {
    const text = await shown("stats");

    expect(text).toMatch(/^user-77777 +2 /m);
    expect(text).toMatch(/\nand 99,900 more: tsq queues has all\n$/);
    expect(text.match(/^user-/gm)).toHaveLength(100);
  });

  test("queues shows all, and who serves each", async () => {
    const table = lines(await shown("queues"));

    expect(table).toHaveLength(1 + COUNT);
    expect(table.find((line) => line.startsWith("user-1 "))).toMatch(/ 1,000$/);
    expect(table.find((line) => line.startsWith("user-7 "))).toMatch(/ 1$/);
    expect(lines(await shown("queues", "--jsonl"))).toHaveLength(COUNT);
  });

  test.each([
    [["jobs", `jid:${jidOf(COUNT)}`, "--in", "queues"], /user-77777[^]*\n1 of 100,001 jobs\.\n$/],
    [["show", jidOf(COUNT)], /user-77777/],
  ])("tsq %j finds one job, by questions about few at a time", { timeout: 180_000 }, async (args, found) => {
    await shell.redis.slowlog("RESET");

    expect(await shown(...args)).toMatch(found);

    expect(await shell.widest()).toBeLessThanOrEqual(1_000);
  });

  test("jobs prints all that match to programs, each once", { timeout: 180_000 }, async () => {
    const found = lines(await shown("jobs", "class:HardJob", "--in", "queues", "--jsonl"));

    expect(new Set(found).size).toBe(COUNT + 1);
  });

  test("ps shows all processes, a page of their runs, and to programs each", async () => {
    const text = await shown("ps");

    expect(text).toMatch(/^Processes \(1,000\)\n[^]*\nRunning \(100,000\)\n[^]*\nand 99,950 more\n$/);
    const processes = lines(await shown("ps", "--jsonl")).map(
      (line) => JSON.parse(line) as { running: unknown[] },
    );
    expect(processes.map(({ running }) => running.length)).toEqual(Array(PROCESSES).fill(RUNS));
  });
});
