/** What `tsq top` shows of a server and of processes is what the dashboard and the doctor say of them. */
import { ApiConnection, Findings, ProcessSet } from "@tsq/core/api";
import { expect, onTestFinished, test } from "vitest";
import { setRedis } from "../../support/empty-redis.ts";
import { FindingsKept, firstState, listOf, Pace, readPlace, redisLine } from "../../support/inside-tsq.ts";
import { heartbeat } from "../../support/terminal-redis.ts";

const stage = setRedis();

const IDENTITY = "web-1:42:abc";

test.for([
  ["a moment ago", 0, false],
  ["20 s ago", 20, false],
  ["31 s ago", 31, true],
  ["never", undefined, false],
] as const)(
  "a process that was heard of %s is silent for Busy where it is for Home: %s",
  async ([, seconds, isSilent]) => {
    const api = new ApiConnection({ redis: stage.server.client() });
    onTestFinished(() => api.close());
    await heartbeat(stage.redis, IDENTITY, ["default"], "8.1.7");
    if (seconds === undefined) await stage.redis.hdel(IDENTITY, "beat");
    else await stage.redis.hset(IDENTITY, "beat", Date.now() / 1_000 - seconds);
    const kept = { pace: new Pace(), findings: new FindingsKept() };

    const { picture } = await readPlace(api, kept, { tab: "busy" }, listOf(firstState()), 14);
    const found = await new Findings(api).read();
    const [process] = await new ProcessSet(api).all();

    expect(picture.rows.map(({ tone }) => tone)).toEqual([isSilent ? "bad" : "strong"]);
    expect(found.some(({ kind }) => kind === "process-silent")).toBe(isSilent);
    expect(process?.isSilentAt(Date.now())).toBe(isSilent);
  },
);

test.for([
  [
    "redis_version:7.4.0\r\nuptime_in_days:1\r\nconnected_clients:2\r\n",
    "Redis 7.4.0, up 1 day, 2 connections",
  ],
  ["redis_version:7.2.4\r\nvalkey_version:9.1.1\r\nused_memory_human:1.5M\r\n", "Valkey 9.1.1, memory 1.5M"],
  ["# Server\r\nredis_version:7.4.0\r\ndragonfly_version:df-v1.30.0\r\n", "Dragonfly df-v1.30.0"],
  ["", ""],
])("INFO %j is shown as %s", async ([text, line]) => {
  const api = { redis: { info: async () => text } } as unknown as ApiConnection;

  expect(await redisLine(api)).toBe(line);
});

test("a queue is late for Queues where it is for Home: by the goals that one was given", async () => {
  const api = new ApiConnection({ redis: stage.server.client() });
  onTestFinished(() => api.close());
  await heartbeat(stage.redis, IDENTITY, ["mailers", "bulk"], "8.1.7");
  for (const queue of ["mailers", "bulk"]) {
    const job = { class: "HardJob", args: [], jid: queue, queue, enqueued_at: Date.now() - 90_000 };
    await stage.redis.sadd("queues", queue);
    await stage.redis.lpush(`queue:${queue}`, JSON.stringify(job));
  }
  const kept = { pace: new Pace(), findings: new FindingsKept({ goals: { mailers: 60 } }) };

  const queues = await readPlace(api, kept, { tab: "queues" }, listOf(firstState()), 14);
  const home = await readPlace(api, kept, { tab: "home" }, listOf(firstState()), 14);

  expect(queues.picture.rows.map(({ key, tone }) => [key, tone])).toEqual([
    ["bulk", undefined],
    ["mailers", "warning"],
  ]);
  expect(home.picture.rows.map(({ key }) => key)).toEqual(["queue-late:mailers"]);
});
