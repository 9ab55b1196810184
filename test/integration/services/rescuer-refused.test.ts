/** A rescuer and a Redis that takes no writes: what it says of it, and whom it suspects after that. */
import { Outage } from "@tsq/core/protocol";
import {
  afterAll,
  afterEach,
  beforeAll,
  beforeEach,
  describe,
  expect,
  onTestFinished,
  test,
  vi,
} from "vitest";
import { CommandTap } from "../../support/command-tap.ts";
import { eventually } from "../../support/eventually.ts";
import { hurry } from "../../support/hurry.ts";
import { TcpProxy } from "../../support/proxy.ts";
import { rescuerFor } from "../../support/services.ts";
import { startRedis } from "../../support/redis.ts";
import type { TestRedis } from "../../support/redis.ts";
import { TestWorkers } from "../../support/worker.ts";

let server: TestRedis;
let workers: TestWorkers;
beforeAll(async () => {
  server = await startRedis();
  workers = new TestWorkers(server);
});
beforeEach(() => workers.redis.flushdb());
afterEach(() => vi.restoreAllMocks());
afterAll(() => server.stop());

describe("a process without a heartbeat is suspected anew", () => {
  const owner = "web:1:abc~default~0";

  /** A rescuer that has suspected it once. What writes is refused from now on, and what reads is answered. */
  const suspecting = async (refusal: string) => {
    await workers.redis.hset("tsq:owners", owner, '["a"]');
    await workers.redis.hset(`tsq:in-flight:${owner}`, "#0", 1, "00", "\na\njob");
    const proxy = await TcpProxy.listen(server.port);
    const tap = new CommandTap(proxy);
    const redis = { ...workers.target, host: "127.0.0.1", port: proxy.port };
    const one = rescuerFor({ redis, suspectMs: 0, log: workers.logger });
    onTestFinished(async () => {
      await one.stop();
      await proxy.stop();
    });
    expect(await one.look()).toBe(0);
    tap.answer((name) => (/^(?:hdel|expire|eval)/.test(name) ? `-${refusal}\r\n` : undefined));
    return { proxy, one, allow: () => tap.answer(() => undefined) };
  };

  test("when the server could not save its data meanwhile, and took no beat", async () => {
    const { one, allow } = await suspecting("MISCONF Redis is configured to save RDB snapshots, but cannot.");

    await expect(one.look()).rejects.toThrow("MISCONF");
    allow();

    expect(await one.look()).toBe(0);
    expect(await one.look()).toBe(1);
  });

  test("when the server was a replica meanwhile, for which another connection is made", async () => {
    const { proxy, one, allow } = await suspecting("READONLY You can't write against a read only replica.");

    const during = one.look();
    await eventually(() => expect(proxy.accepted).toBeGreaterThan(1));
    allow();

    expect(await during).toBe(0);
    expect(await one.look()).toBe(1);
  });
});

test("a refusal that lasts over several looks is told of once, and its end once", async () => {
  const errors: unknown[] = [];
  const said: string[] = [];
  const one = rescuerFor({
    redis: workers.target,
    log: workers.logger,
    outage: new Outage({ begun: ({ message }) => said.push(message), over: (kind) => said.push(kind) }),
    onError: (error) => errors.push(error),
  });
  const looks = async (): Promise<number> =>
    Number(/cmdstat_hgetall:calls=(\d+)/.exec(await workers.redis.info("commandstats"))?.[1] ?? 0);
  await workers.redis.hset("tsq:owners", "web:1:abc~default~0", '["a"]');
  await workers.redis.config("SET", "min-replicas-to-write", "1");
  await workers.redis.config("RESETSTAT");

  hurry();
  one.start();
  await eventually(async () => expect(await looks()).toBeGreaterThanOrEqual(5));
  await workers.redis.config("SET", "min-replicas-to-write", "0");
  await eventually(() => expect(said).toHaveLength(2));
  await one.stop();

  expect(said).toEqual([expect.stringMatching(/^NOREPLICAS /), "NOREPLICAS"]);
  expect(errors).toEqual([]);
});
