/** A connection that says nothing while a command waits is given up, and made anew. */
import { Client, RedisUnusableError } from "@tsq/core";
import type { ClientOptions } from "@tsq/core";
import { connect, Outage } from "@tsq/core/protocol";
import type { ConnectionRole, Redis } from "@tsq/core/protocol";
import type { RedisOptions } from "@tsq/core";
import { pino } from "pino";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { RoughProxy } from "../support/chaos/rough-proxy.ts";
import { eventually } from "../support/eventually.ts";
import { queued } from "../support/jobs-in-redis.ts";
import { TcpProxy } from "../support/proxy.ts";
import { startRedis } from "../support/redis.ts";
import type { TestRedis } from "../support/redis.ts";

const LIMIT_MS = 200;

let server: TestRedis;
let proxy: RoughProxy;

beforeAll(async () => {
  server = await startRedis();
});
beforeEach(async () => {
  await server.client().flushdb();
  proxy = await RoughProxy.listen(server.port);
});
afterEach(() => proxy.stop());
afterAll(() => server.stop());

const through = (port: number, socketTimeout = LIMIT_MS): RedisOptions => ({
  host: "127.0.0.1",
  port,
  socketTimeout,
});
const portOf = (url: string): number => Number(new URL(url).port);

const connected = (
  role: ConnectionRole,
  port = portOf(proxy.url),
): { redis: Redis; events: string[]; closed: () => number } => {
  const events: string[] = [];
  let closed = 0;
  const outage = new Outage({
    begun: (error) => events.push(error.message),
    over: () => events.push("back"),
  });
  const redis = connect(through(port), role, outage.connection(role));
  redis.on("close", () => closed++);
  onTestFinished(() => redis.disconnect());
  return { redis, events, closed: () => closed };
};

const clientThrough = (port: number, options: ClientOptions = {}): Client => {
  const client = new Client({ redis: through(port), wire: 8, ...options });
  onTestFinished(() => client.close());
  return client;
};

const ready = (redis: Redis): Promise<void> => eventually(() => expect(redis.status).toBe("ready"));

// The limit is also how long a push waits for a connection, which on a busy machine takes a while.
const patient = (): RedisOptions => through(portOf(proxy.url), 800);

describe("a client whose connection has gone silent", () => {
  test("has its next push in the queue by a new one", async () => {
    const client = clientThrough(portOf(proxy.url), { redis: patient() });
    await client.push({ class: "HardJob", args: [1] });

    proxy.loseServers();
    await client.push({ class: "HardJob", args: [2] });

    expect((await queued(server.client())).map(({ args }) => args[0])).toEqual([1, 2]);
  });

  test("says so once, and once when Redis answers again", async () => {
    const said: string[] = [];
    const logger = pino({}, { write: (line: string) => said.push(String(JSON.parse(line).msg)) });
    const client = clientThrough(portOf(proxy.url), { redis: patient(), logger });
    await client.push({ class: "HardJob", args: [1] });

    proxy.loseServers();
    await client.push({ class: "HardJob", args: [2] });

    await eventually(() =>
      expect(said).toEqual([
        `Cannot reach Redis at ${proxy.url}: it has not answered for 0.8 s. Is the server running? It is tried again.`,
        "Redis is back",
      ]),
    );
  });

  test("has what it was pushing there as well, again and again", async () => {
    const client = clientThrough(portOf(proxy.url), { redis: through(portOf(proxy.url), 2_000) });
    // Connected: one that goes silent before that has its pushes refused, as by a server that is not there.
    const pushes: Promise<unknown>[] = [];
    await client.push({ class: "HardJob", args: [0] });

    for (let n = 1; n < 300; n++) {
      pushes.push(client.push({ class: "HardJob", args: [n] }));
      if (n % 100 === 50) proxy.loseServers();
      await new Promise(setImmediate);
    }
    await Promise.all(pushes);

    const there = new Set((await queued(server.client())).map(({ args }) => args[0]));
    expect(there.size).toBe(300);
  });
});

test.each(["client", "worker"] as const)(
  "a %s connection that waits for an answer is made anew",
  async (role) => {
    const { redis, events } = connected(role);
    await redis.ping();

    proxy.loseServers();
    await redis.set("key", "value");

    expect(await server.client().get("key")).toBe("value");
    await eventually(() => expect(events).toEqual(["it has not answered for 0.2 s", "back"]));
  },
);

test("a silence that a new connection does not end is told of once, and its end once", async () => {
  const hung = await TcpProxy.listen(server.port);
  onTestFinished(() => hung.stop());
  const { redis, events, closed } = connected("worker", hung.port);
  await redis.ping();

  hung.sleep();
  const answer = redis.get("key");
  await eventually(() => expect(closed()).toBeGreaterThanOrEqual(3));
  hung.wake();

  expect(await answer).toBe(null);
  await eventually(() => expect(events).toHaveLength(2));
  expect(events.at(-1)).toBe("back");
});

test("of one that is ended while it is silent nothing more is told", async () => {
  const hung = await TcpProxy.listen(server.port);
  onTestFinished(() => hung.stop());
  const { redis, events } = connected("worker", hung.port);
  await redis.ping();
  hung.sleep();
  redis.get("key").catch(() => {});
  await eventually(() => expect(events).toHaveLength(1));

  await eventually(() => expect(redis.status).toBe("connect"));
  redis.disconnect();

  await eventually(() => expect(redis.status).toBe("end"));
  expect(events).toHaveLength(1);
});

describe("a connection is kept", () => {
  test("while nothing waits for an answer", async () => {
    const { redis, closed } = connected("worker");
    await redis.ping();
    const other = connected("worker");
    await other.redis.ping();
    proxy.loseServers();

    // What waits on the other is given up meanwhile, at least once.
    await other.redis.ping();

    expect([closed(), other.closed()]).toEqual([0, 1]);
    expect(redis.status).toBe("ready");
  });

  test("while a blocked pop waits for its own time", async () => {
    const { redis, closed } = connected("blocking");
    await ready(redis);

    expect(await redis.blmove("queue:a", "pad", "RIGHT", "LEFT", 0.6)).toBe(null);
    expect(await redis.brpop("queue:a", "queue:b", 0.6)).toBe(null);

    expect(closed()).toBe(0);
  });

  test("by a process whose event loop was blocked, if the answer has come meanwhile", async () => {
    const { redis, closed } = connected("worker", server.port);
    await redis.ping();

    for (let blocks = 0; blocks < 3; blocks++) {
      const answer = redis.ping();
      // It is sent, and then nothing runs here for longer than the limit.
      await new Promise(setImmediate);
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 3 * LIMIT_MS);
      expect(await answer).toBe("PONG");
    }

    expect(closed()).toBe(0);
  });

  test("while a long answer drips", async () => {
    await server.client().set("long", "x".repeat(20_000));
    const { redis, closed } = connected("worker");
    await redis.ping();
    proxy.drip(true);

    expect(await redis.get("long")).toHaveLength(20_000);

    expect(closed()).toBe(0);
  });
});

test("a blocked pop whose connection is dead ends soon after its own time", async () => {
  const { redis, events } = connected("blocking");
  await ready(redis);
  const pop = redis.blmove("queue:a", "pad", "RIGHT", "LEFT", 0.3);

  proxy.loseServers();

  await expect(pop).rejects.toThrow();
  await eventually(() => expect(events).toHaveLength(2));
});

describe("a push to a server that lets nobody in", () => {
  test("fails within a bounded time when it accepts and says nothing, and with a line that says so", async () => {
    const hung = await TcpProxy.listen(server.port);
    onTestFinished(() => hung.stop());
    hung.sleep();
    const client = clientThrough(hung.port);

    const push = client.push({ class: "HardJob", args: [1] });

    await expect(push).rejects.toThrow(RedisUnusableError);
    await expect(push).rejects.toThrow(/no answer for 0\.2 s/);
    // The next one is not left waiting for it.
    await expect(client.push({ class: "HardJob", args: [1] })).rejects.toThrow(RedisUnusableError);
  });

  test("fails when it comes while the server hangs; one that was on its way is asked for until it answers", async () => {
    const hung = await TcpProxy.listen(server.port);
    onTestFinished(() => hung.stop());
    const client = clientThrough(hung.port);
    await client.push({ class: "HardJob", args: [1] });
    hung.sleep();

    const onItsWay = [
      client.push({ class: "HardJob", args: [2] }),
      client.push({ class: "HardJob", args: [3] }),
    ];
    await new Promise(setImmediate);
    onItsWay.push(client.push({ class: "HardJob", args: [4] }));
    await new Promise(setImmediate);
    await expect(client.push({ class: "HardJob", args: [5] })).rejects.toThrow(RedisUnusableError);
    hung.wake();
    await Promise.all(onItsWay);

    expect((await queued(server.client())).map(({ args }) => args[0])).toEqual([1, 2, 3, 4]);
  });
});

test.each([0, -1, Number.NaN, "10", 2 ** 31])("a limit of %s is refused", (socketTimeout) => {
  expect(() => connect({ host: "127.0.0.1", socketTimeout: socketTimeout as number }, "client")).toThrow(
    /Expected `socketTimeout` of `redis` to be milliseconds/,
  );
});

test("a logger that is none is refused at once, and not when it is needed", () => {
  expect(() => new Client({ redis: through(1), logger: "pino" as never })).toThrow(
    /Expected `logger` to be a pino logger/,
  );
});
