/** The commands of the terminal that push from a file, tell processes or list cron entries, of very many. */
import { afterEach, describe, expect, test } from "vitest";
import { setLargeShell } from "../support/large-shell.ts";
import { hasNativeRedis } from "../support/native-redis.ts";
import { testNativeServer } from "../support/native-required.ts";
import { heartbeat } from "../support/terminal-redis.ts";
import { application } from "../support/tsq-command.ts";

testNativeServer("the terminal over thousands of processes and cron entries");

const LINES = 100_000;
const PROCESSES = 3_000;
const ENTRIES = 10_000;

const identityOf = (n: number): string => `web-${n}:42:abc`;
const keysOf = (ending: string) => Array.from({ length: PROCESSES }, (_, n) => `${identityOf(n)}${ending}`);

describe.skipIf(!hasNativeRedis())("of very many", () => {
  const shell = setLargeShell(async (redis) => {
    await Promise.all(keysOf("").map((identity) => heartbeat(redis, identity, ["default"], "tsq 0.1.0")));
    for (let from = 0; from < ENTRIES; from += 1_000) {
      const pipeline = redis.pipeline();
      for (let n = from; n < from + 1_000; n++) {
        const name = `entry-${n}`;
        const key = `cron_job:default:${name}`;
        const entry = { name, namespace: "default", cron: `${n % 60} 5 * * * UTC`, klass: "HardJob" };
        pipeline.sadd("cron_jobs:default", key).hset(key, { ...entry, status: "enabled", source: "dynamic" });
      }
      await pipeline.exec();
    }
  });
  const { shown } = shell;

  afterEach(() => shell.redis.del("queue:default", ...keysOf("-signals")));

  test.for([
    ["lines", "jobs.txt"],
    ["one array", "jobs.json"],
  ] as const)("push takes a file of %s, each once and in their order", async ([, file]) => {
    const numbers = Array.from({ length: LINES }, (_, n) => n);
    const cwd = application({
      "jobs.txt": numbers.map((n) => `[${n}]\n`).join(""),
      "jobs.json": JSON.stringify(numbers.map((n) => [n])),
    });

    expect(await shown("push", "HardJob", "--bulk", `${cwd}/${file}`)).toBe("100,000 jobs were pushed.\n");

    const pushed = (await shell.redis.lrange("queue:default", 0, -1)).toReversed();
    expect(pushed.map((text) => Number(/"args":\[(\d+)\]/.exec(text)?.[1]))).toEqual(numbers);
    expect(new Set(pushed.map((text) => /"jid":"(\w+)"/.exec(text)?.[1])).size).toBe(LINES);
  });

  test("push prints to programs the jid of each", async () => {
    const cwd = application({ "jobs.txt": "[1]\n".repeat(LINES) });

    const { pushed, jids } = JSON.parse(
      await shown("push", "HardJob", "--bulk", `${cwd}/jobs.txt`, "--json"),
    ) as { pushed: number; jids: readonly string[] };

    expect([pushed, new Set(jids).size]).toEqual([LINES, LINES]);
  });

  test.for([
    ["quiet", "TSTP"],
    ["stop", "TERM"],
  ] as const)("%s tells each process, once", async ([verb, signal]) => {
    const text = await shown(verb, "--all", "--yes");

    expect(text).toContain("3,000 processes");
    for (const key of keysOf("-signals")) expect(await shell.redis.lrange(key, 0, -1)).toEqual([signal]);
  });

  test("cron list shows each entry once, for people and programs", async () => {
    const table = (await shown("cron", "list")).split("\n").slice(1, -1);
    const list = JSON.parse(await shown("cron", "list", "--json")) as readonly { name: string }[];

    expect(new Set(table.map((line) => line.split(" ")[0])).size).toBe(ENTRIES);
    expect(new Set(list.map(({ name }) => name)).size).toBe(ENTRIES);
  });
});
