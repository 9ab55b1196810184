/** A rescuer looks again and again, and what it found counts only if it is still so when it acts. */
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { CommandTap } from "../../support/command-tap.ts";
import { eventually } from "../../support/eventually.ts";
import { hurry } from "../../support/hurry.ts";
import type { Rescuer } from "../../support/inside-worker.ts";
import { outage } from "../../support/outage.ts";
import { TcpProxy } from "../../support/proxy.ts";
import { rescuerFor } from "../../support/services.ts";
import { startRedis } from "../../support/redis.ts";
import type { TestRedis } from "../../support/redis.ts";
import { TestWorkers } from "../../support/worker.ts";

const IDENTITY = "web:1:abc";
const OWNER = `${IDENTITY}~default~0`;
const IN_FLIGHT = `tsq:in-flight:${OWNER}`;

let server: TestRedis;
let workers: TestWorkers;
let proxy: TcpProxy;
let tap: CommandTap;
let rescuer: Rescuer;
let errors: unknown[];

beforeAll(async () => {
  server = await startRedis();
  workers = new TestWorkers(server);
});
beforeEach(async () => {
  await workers.redis.flushdb();
  proxy = await TcpProxy.listen(server.port);
  tap = new CommandTap(proxy);
  errors = [];
  rescuer = rescuerFor({
    redis: { ...workers.target, port: proxy.port },
    suspectMs: 0,
    log: workers.logger,
    outage: outage((error) => errors.push(error)),
    onError: (error) => errors.push(error),
  });
});
afterEach(async () => {
  vi.restoreAllMocks();
  await rescuer.stop();
  await proxy.stop();
});
afterAll(async () => {
  await workers.redis.flushdb();
  await workers.end();
  await server.stop();
});

/** What a process has in Redis with one job in flight, but for its heartbeat. */
const holds = async (): Promise<void> => {
  await workers.redis.hset("tsq:owners", OWNER, '["a"]');
  await workers.redis.hset(IN_FLIGHT, "#0", 1, "#1", 0, "00", "\na\njob");
};

const waiting = (): Promise<readonly string[]> => workers.redis.lrange("queue:a", 0, -1);

test("a process that dies long after a rescuer has begun to look is found", async () => {
  const waits = hurry();
  rescuer.start();
  await eventually(() => expect(waits()).toBeGreaterThan(0));

  await holds();

  await eventually(async () => expect(await waiting()).toEqual(["job"]));
  expect(errors).toEqual([]);
});

test("a rescuer that cannot look says so, and looks again", async () => {
  await holds();
  tap.answer((name) =>
    name === "hgetall" ? "-LOADING Redis is loading the dataset in memory\r\n" : undefined,
  );
  hurry();
  rescuer.start();
  await eventually(() => expect(errors.length).toBeGreaterThan(0));

  tap.answer(() => undefined);

  await eventually(async () => expect(await waiting()).toEqual(["job"]));
});

test("a process whose heart beats again after the look keeps all that it has", async () => {
  await holds();
  await workers.redis.hset(IDENTITY, "beat", 1);
  // As it was a moment before.
  tap.answer((name) => (name === "ttl" ? ":-2\r\n" : undefined));

  for (let looks = 0; looks < 3; looks++) expect(await rescuer.look()).toBe(0);

  expect(tap.commands("evalsha", "eval").length).toBeGreaterThan(0);
  expect(await workers.redis.hgetall(IN_FLIGHT)).toEqual({ "#0": "1", "#1": "0", "00": "\na\njob" });
  expect(await workers.redis.exists(`tsq:rescued:${OWNER}`, "queue:a")).toBe(0);
});
