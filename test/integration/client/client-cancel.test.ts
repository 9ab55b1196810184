/** What a cancel writes, for Ruby and for workers, and what takes it back. */
import { Client, ConfigError, RedisUnusableError } from "@tsq/core";
import { DeadSet, Queue, RetrySet, ScheduledSet } from "@tsq/core/api";
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
import type { SortedEntry } from "@tsq/core/api";
import { payloadText } from "../../support/payload-text.ts";
import { TcpProxy } from "../../support/proxy.ts";
import { startRedis } from "../../support/redis.ts";
import type { TestRedis } from "../../support/redis.ts";
import type { Redis } from "ioredis";

const MONTH = 2_592_000;

let server: TestRedis;
let redis: Redis;
let clients: Client[] = [];

beforeAll(async () => {
  server = await startRedis();
  redis = server.client();
});
beforeEach(() => redis.flushdb());
afterEach(async () => {
  vi.useRealTimers();
  await Promise.all(clients.map((client) => client.close()));
  clients = [];
});
afterAll(() => server.stop());

const client = (options: ConstructorParameters<typeof Client>[0] = { redis: server.url }): Client => {
  const made = new Client(options);
  clients.push(made);
  return made;
};

/** The jids in the index, the oldest request first. */
const cancelled = async (): Promise<readonly string[]> =>
  (await redis.zrange("tsq:cancelled", 0, "-1")).filter((member) => member !== "");

/** The clock of whoever asks, and no timer. */
const at = (time: string): void => void vi.useFakeTimers({ toFake: ["Date"], now: new Date(time) });

describe("a job that is cancelled", () => {
  test("has Ruby's mark, with what keeps Ruby from failing on it, and a place in the index", async () => {
    at("2026-11-27T10:00:00.700Z");

    const first = await client().cancel("abc");

    expect(first).toEqual(new Date("2026-11-27T10:00:00Z"));
    expect(await redis.hgetall("it-abc")).toEqual({ cancelled: "1795773600", ex: "0", c: "null", rt: "0" });
    expect(await redis.zscore("tsq:cancelled", "abc")).toBe("1795773600700");
    for (const key of ["it-abc", "tsq:cancelled"]) {
      expect(await redis.ttl(key)).toBeGreaterThan(MONTH - 10);
      expect(await redis.ttl(key)).toBeLessThanOrEqual(MONTH);
    }
  });

  test("twice keeps the time of the first request", async () => {
    at("2026-11-27T10:00:00Z");
    const one = client();
    await one.cancel("abc");
    at("2026-11-27T11:00:00Z");

    expect(await one.cancel("abc")).toEqual(new Date("2026-11-27T10:00:00Z"));
    expect(await cancelled()).toEqual(["abc"]);
  });

  test("by Ruby before keeps that time, and gets what tsq looks for", async () => {
    await redis.hset("it-abc", { ex: "3", c: "42", rt: "1.5", cancelled: "1795770000" });

    expect(await client().cancel("abc")).toEqual(new Date(1_795_770_000_000));

    expect(await redis.hgetall("it-abc")).toEqual({ ex: "3", c: "42", rt: "1.5", cancelled: "1795770000" });
    expect(await cancelled()).toEqual(["abc"]);
  });

  test("comes after all that were before, also by a clock that is behind", async () => {
    at("2027-01-01T00:00:00Z");
    await client().cancel("ahead");
    at("2026-01-01T00:00:00Z");

    await client().cancel("behind");
    await client().cancel("further");

    expect(await cancelled()).toEqual(["ahead", "behind", "further"]);
    const scores = await redis.zmscore("tsq:cancelled", "ahead", "behind", "further");
    expect(new Set(scores).size).toBe(3);
  });

  test("comes after all that were before, also when these have been taken out", async () => {
    at("2027-01-01T00:00:00Z");
    await client().cancel("ahead");
    const before = Number(await redis.zscore("tsq:cancelled", "ahead"));
    await redis.zrem("tsq:cancelled", "ahead");
    at("2026-01-01T00:00:00Z");

    await client().cancel("behind");

    expect(Number(await redis.zscore("tsq:cancelled", "behind"))).toBeGreaterThan(before);
  });

  test("is one of 10,000 in the index, which are the newest", async () => {
    const old = Array.from({ length: 10_000 }, (_, i) => [String(i + 1), `old${i}`]).flat();
    await redis.zadd("tsq:cancelled", ...old);

    await client().cancel("abc");

    const left = await cancelled();
    expect(left).toHaveLength(10_000);
    expect([left[0], left.at(-1)]).toEqual(["old1", "abc"]);
  });
});

describe("a cancel is refused", () => {
  test.each([undefined, "", 7, null])("when the jid is %s", async (jid) => {
    await expect(client().cancel(jid as string)).rejects.toThrow(ConfigError);
    expect(await redis.keys("*")).toEqual([]);
  });

  test("by a client that has no Redis", async () => {
    const nothing = () => Promise.resolve();
    const transport = {
      push: nothing,
      pushAll: nothing,
      schedule: nothing,
      scheduleAll: nothing,
      spelling: () => 8 as const,
      close: nothing,
    };

    await expect(client({ transport }).cancel("abc")).rejects.toThrow("Expected a client that has a Redis");
  });

  test.each(["it-abc", "tsq:cancelled"])(
    "when %s holds another type, and nothing is written",
    async (key) => {
      await redis.set(key, "x");

      await expect(client().cancel("abc")).rejects.toThrow("WRONGTYPE");

      expect(await redis.keys("*")).toEqual([key]);
    },
  );

  test("when Redis is full, and says so", async () => {
    await redis.config("SET", "maxmemory", "1");
    const cancel = client().cancel("abc");

    await expect(cancel).rejects.toThrow(RedisUnusableError);
    await expect(cancel).rejects.toThrow(/is full/);
    await redis.config("SET", "maxmemory", "0");
    expect(await redis.keys("*")).toEqual([]);
  });
});

test("a cancel whose answer is lost is sent again, and counts once", async () => {
  const proxy = await TcpProxy.listen(server.port);
  onTestFinished(() => proxy.stop());
  const one = client({ redis: proxy.url });
  await one.cancel("other");

  proxy.replace((chunk, from) => (from === "server" ? undefined : chunk));
  const cancel = one.cancel("abc");
  await vi.waitFor(async () => expect(await redis.exists("it-abc")).toBe(1));
  proxy.replace(undefined);
  proxy.cut();

  expect(await cancel).toBeInstanceOf(Date);
  expect(await cancelled()).toEqual(["other", "abc"]);
});

describe("whoever touches a cancelled job by hand wants it", () => {
  const marked = async (): Promise<readonly [number, string | null]> => [
    (await cancelled()).length,
    await redis.hget("it-abc", "cancelled"),
  ];
  // A connection that is given is nobody's to close.
  const source = (): { readonly redis: Redis } => ({ redis });
  const cancelledIn = async (set: string): Promise<void> => {
    await redis.zadd(set, 4_102_444_800, payloadText({ jid: "abc" }));
    await redis.hset("it-abc", { ex: "3", c: "42", rt: "1.5" });
    await client().cancel("abc");
  };

  test.each([
    ["retries it", "retry", async () => (await new RetrySet(source()).findJob("abc"))?.retry()],
    ["retries all", "retry", async () => new RetrySet(source()).retryAll()],
    ["kills it", "retry", async () => (await new RetrySet(source()).findJob("abc"))?.kill()],
    ["deletes it", "retry", async () => (await new RetrySet(source()).findJob("abc"))?.delete()],
    ["enqueues it", "schedule", async () => (await new ScheduledSet(source()).findJob("abc"))?.addToQueue()],
    [
      "reschedules it",
      "schedule",
      async () => (await new ScheduledSet(source()).findJob("abc"))?.reschedule(5_000_000_000),
    ],
    [
      "retries it from the dead set",
      "dead",
      async () => (await new DeadSet(source()).findJob("abc"))?.retry(),
    ],
  ] as const)("and takes the mark off when it %s", async (_case, set, touch) => {
    await cancelledIn(set);
    expect(await marked()).toEqual([1, expect.any(String)]);

    await touch();

    expect(await marked()).toEqual([0, null]);
    // How far an iterable job had come.
    expect(await redis.hmget("it-abc", "ex", "c", "rt")).toEqual(["3", "42", "1.5"]);
  });

  test("and takes the mark off when it deletes it from a queue", async () => {
    await redis.lpush("queue:default", payloadText({ jid: "abc" }));
    await client().cancel("abc");

    await (await new Queue("default", source()).findJob("abc"))?.delete();

    expect(await marked()).toEqual([0, null]);
  });

  type Touch = (entry: SortedEntry) => Promise<boolean>;
  const touches: readonly (readonly [string, Touch])[] = [
    ["deletes it", (entry) => entry.delete()],
    ["reschedules it", (entry) => entry.reschedule(5_000_000_000)],
    ["enqueues it", (entry) => entry.addToQueue()],
    ["kills it", (entry) => entry.kill()],
  ];
  const found = async (): Promise<SortedEntry> => {
    const entry = await new ScheduledSet(source()).findJob("abc");
    if (!entry) throw new Error("Expected an entry");
    return entry;
  };

  test.each(touches)("but whoever %s when it has moved on leaves the mark", async (_case, touch) => {
    await cancelledIn("schedule");
    const before = await marked();
    const entry = await found();
    await redis.del("schedule");

    expect(await touch(entry)).toBe(false);

    expect(await marked()).toEqual(before);
  });

  test("but whoever enqueues it and cannot, because its queue's key holds another type, leaves the mark", async () => {
    await cancelledIn("schedule");
    const before = await marked();
    await redis.set("queue:default", "x");

    expect(await (await found()).addToQueue()).toBe(false);

    expect(await marked()).toEqual(before);
    expect(await redis.zcard("schedule")).toBe(1);
  });
});
