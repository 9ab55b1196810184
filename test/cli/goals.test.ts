/** `--goal`: for how long jobs may wait, for each command that says which queues are late. */
import type { Redis } from "ioredis";
import { afterAll, beforeAll, expect, test } from "vitest";
import { eventually } from "../support/eventually.ts";
import { startRedis } from "../support/redis.ts";
import type { TestRedis } from "../support/redis.ts";
import { startTsqCommand, tsq } from "../support/tsq-command.ts";

let server: TestRedis;
let redis: Redis;
beforeAll(async () => {
  server = await startRedis();
  redis = server.client();
  const at = Date.now() - 90_000;
  const job = { class: "HardJob", args: [], jid: "a", created_at: at, enqueued_at: at };
  const queues = ["mailers", "bulk"];
  for (const queue of queues) {
    await redis.sadd("queues", queue);
    await redis.lpush(`queue:${queue}`, JSON.stringify({ ...job, queue }));
  }
  const info = JSON.stringify({ hostname: "web", pid: 7, queues, version: "8.1.7" });
  await redis.sadd("processes", "web:7:a");
  await redis.hset("web:7:a", { info, busy: 0, concurrency: 5, beat: Date.now() / 1_000, quiet: "false" });
});
afterAll(() => server.stop());

const GOALS = ["--goal", "3600", "--goal", "mailers=60"];

test("tsq web holds each queue against its own", async () => {
  const command = startTsqCommand(["web", "--port", "0", "--redis", server.url, ...GOALS], {});
  const url = await eventually(() => {
    const [, found] = /Dashboard: (http:[^\s"]+)/.exec(command.output()) ?? [];
    if (found === undefined) throw new Error(`Expected the dashboard's URL, got:\n${command.output()}`);
    return found;
  });

  const text = await (await fetch(new URL("queues", url))).text();

  expect(text).toContain("within 1 min<");
  expect(text).toContain("within 1 h<");
  expect(text.match(/Behind their goal: [^.]*/)?.[0].replaceAll(/<[^>]*>/g, "")).toBe(
    "Behind their goal: mailers",
  );
});

test("tsq doctor finds those that are late by them", async () => {
  const late = async (args: readonly string[]): Promise<string[]> => {
    const only = ["doctor", "--only", "queue-priorities", "--json", "--redis", server.url];
    return (await tsq([...only, ...args])).stdout.match(/oldest job in `\w+`/g) ?? [];
  };

  expect(await late([])).toEqual([]);
  expect(await late(GOALS)).toEqual(["oldest job in `mailers`"]);
});

test.for(["web", "doctor", "top"])("tsq %s refuses one that is none, in one line", async (command) => {
  const { code, stderr } = await tsq([command, "--goal", "mailers=soon", "--redis", server.url]);

  expect(code).toBe(1);
  expect(stderr).toMatch(/^tsq: Expected --goal to be seconds [^\n]*got `"mailers=soon"`[^\n]*\n$/);
});
