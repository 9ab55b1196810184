import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { Redis } from "ioredis";
import { startRedis, type TestRedis } from "../support/redis.ts";
import { application, startTsqCommand, type TsqCommand } from "../support/tsq-command.ts";

const JOBS = `
import { EventEmitter } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { defineJob } from "tsq";

export const slow = defineJob("SlowJob", {}, (job, seconds) => sleep(seconds * 1_000, undefined, { signal: job.signal }));
export const echo = defineJob("EchoJob", {}, (job) => job.logger.info("echo"));
export const stray = defineJob("StrayJob", {}, () => { Promise.reject(new Error("nobody waits for me")); });
export const timer = defineJob("TimerJob", {}, () => { setInterval(() => { throw new Error("out of reach"); }, 5); });
export const event = defineJob("EventJob", {}, () => { setImmediate(() => new EventEmitter().emit("error", new Error("out of reach"))); });
`;

let server: TestRedis;
let redis: Redis;
beforeAll(async () => {
  server = await startRedis();
  redis = server.client();
});
afterAll(() => server.stop());
beforeEach(() => redis.flushdb());

const payload = (name: string, ...args: unknown[]): string =>
  JSON.stringify({ class: name, args, jid: name, retry: true });

async function work(): Promise<TsqCommand> {
  const cwd = application({ "jobs.mjs": JOBS });
  const command = startTsqCommand(["work", "--redis", server.url, "-t", "0.5"], { cwd });
  await command.logged(/^Ready/);
  return command;
}

test.each([
  ["in a timer", "TimerJob"],
  ["as an `error` event without a listener", "EventJob"],
])(
  "an exception that nobody can catch, %s, hands back what runs and ends the process with 1",
  async (_where, name) => {
    const command = await work();
    await redis.lpush("queue:default", payload("SlowJob", 60));
    await command.logged("start");
    await redis.lpush("queue:default", payload(name));

    const { code, stderr } = await command.ended;

    expect([code, stderr]).toEqual([1, ""]);
    expect(await command.logged(/^Uncaught exception/)).toMatchObject({
      level: 60,
      err: { message: "out of reach" },
    });
    expect(await redis.lrange("queue:default", 0, -1)).toEqual([payload("SlowJob", 60)]);
    expect(await redis.keys("tsq:in-flight:*")).toEqual([]);
    expect(await redis.get("tsq:rescues:SlowJob")).toBe("1");
  },
);

test("a promise that a job forgot is logged, and the worker goes on", async () => {
  const command = await work();

  await redis.lpush("queue:default", payload("StrayJob"));
  const line = await command.logged("Unhandled rejection");
  await redis.lpush("queue:default", payload("EchoJob"));
  await command.logged("echo");

  expect(line).toMatchObject({ level: 50, err: { message: "nobody waits for me" } });
  command.signal("SIGTERM");
  expect((await command.ended).code).toBe(0);
});
