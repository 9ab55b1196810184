import { ApiConnection, Queue, RetrySet, ScheduledSet, Stats, WorkSet } from "@tsq/core/api";
import { ConfigError } from "@tsq/core";
import { Redis } from "ioredis";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { eventually } from "../../support/eventually.ts";
import { startRedis } from "../../support/redis.ts";
import type { TestRedis } from "../../support/redis.ts";

let server: TestRedis;
let redis: Redis;

beforeAll(async () => {
  server = await startRedis();
  redis = server.client();
});
afterAll(() => server.stop());
beforeEach(() => redis.flushdb());

/** How many connections there are beside the test's own. */
const others = async (): Promise<number> => {
  const clients = (await redis.client("LIST")) as string;
  return clients.trim().split("\n").length - 1;
};

describe("a connection by URL", () => {
  test("opens at the first command and ends with the object", async () => {
    const set = new RetrySet({ redis: server.url });
    await expect(others()).resolves.toBe(0);

    await set.size();
    await expect(others()).resolves.toBe(1);

    await set.close();
    await eventually(() => expect(others()).resolves.toBe(0));
  });

  test("ends with the block that owns it", async () => {
    {
      await using queue = new Queue("default", { redis: server.url });
      await queue.size();
    }

    await eventually(() => expect(others()).resolves.toBe(0));
  });

  test("opens again after it was closed", async () => {
    await using set = new RetrySet({ redis: server.url });
    await set.size();
    await set.close();

    await expect(set.size()).resolves.toBe(0);
  });

  test("opens no more after it was ended for good", async () => {
    const api = new ApiConnection({ redis: server.url });
    await new Stats(api).fetch();

    api.end();

    await expect(new Stats(api).fetch()).rejects.toThrow("has been ended");
    await eventually(() => expect(others()).resolves.toBe(0));
  });

  test("is shared by all queues that were found together", async () => {
    await redis.sadd("queues", "a", "b", "c");

    const queues = await Queue.all({ redis: server.url });
    for (const queue of queues) await queue.size();
    await expect(others()).resolves.toBe(1);

    await queues[2]?.close();
    await eventually(() => expect(others()).resolves.toBe(0));
  });

  test("does not stay open for queues that are not there", async () => {
    await expect(Queue.all({ redis: server.url })).resolves.toEqual([]);

    await eventually(() => expect(others()).resolves.toBe(0));
  });
});

test("one connection serves whatever is built on it", async () => {
  await using api = new ApiConnection({ redis: server.url });

  await Promise.all([
    new Stats(api).fetch(),
    new RetrySet(api).size(),
    Queue.all(api),
    new WorkSet(api).all(),
  ]);

  await expect(others()).resolves.toBe(1);
});

describe("an open connection", () => {
  test("is used as it is and stays open", async () => {
    const set = new ScheduledSet({ redis });
    await set.size();
    await expect(others()).resolves.toBe(0);

    await set.close();

    await expect(redis.ping()).resolves.toBe("PONG");
  });

  test("that speaks RESP3 gives the same answers", async () => {
    const resp3 = new Redis(server.url, { protocol: 3, replyMapping: "resp3" });
    await redis.zadd("retry", 1.5, '{"class":"J","jid":"a"}', 2.5, '{"class":"J","jid":"b"}');
    await redis.sadd("queues", "default");
    await redis.sadd("processes", "a:1:x");
    await redis.hset("a:1:x", { info: "{}", busy: "1" });
    await redis.hset("a:1:x:work", "t", '{"payload":"{}","run_at":5}');
    const set = new RetrySet({ redis: resp3 });

    const listed: unknown[] = [];
    for await (const { jid, score } of set) listed.push([jid, score]);

    expect(listed).toEqual([
      ["b", 2.5],
      ["a", 1.5],
    ]);
    await expect(set.findJob("a")).resolves.toMatchObject({ score: 1.5 });
    await expect(set.fetch(2.5)).resolves.toMatchObject([{ jid: "b" }]);
    await expect(set.page()).resolves.toMatchObject({ total: 2, items: [{ jid: "a" }, { jid: "b" }] });
    await expect((await set.findJob("a"))!.reschedule(9)).resolves.toBe(true);
    await expect((await set.findJob("b"))!.retry()).resolves.toBe(true);
    await expect(new Stats({ redis: resp3 }).fetch()).resolves.toMatchObject({ enqueued: 1, workers: 1 });
    await expect(new WorkSet({ redis: resp3 }).all()).resolves.toMatchObject([{ tid: "t" }]);
    resp3.disconnect();
  });
});

test("a server that forgets its scripts is told them again", async () => {
  await redis.zadd("retry", 1, '{"class":"J","jid":"a"}', 2, '{"class":"J","jid":"b"}');
  await redis.script("FLUSH");

  await expect(new RetrySet({ redis }).killAll()).resolves.toBe(2);
});

test("a server that is not there is reported by the command, not by a list that seems empty", async () => {
  await using api = new ApiConnection({ redis: { host: "127.0.0.1", port: 1 } });

  const answers = await Promise.allSettled([new Stats(api).fetch(), new RetrySet(api).page()]);

  expect(answers.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
});

describe("the data API refuses, with what was expected and what came,", () => {
  const noop = (): void => {};

  test.each<[Readonly<Record<string, unknown>>, string]>([
    [{ wire: 9 }, "Expected `wire` to be `auto`, `7` or `8`, got `9`"],
    [{ deadTimeoutInSeconds: Infinity }, "`deadTimeoutInSeconds` to be an integer from 1, got `Infinity`"],
    [{ deadTimeoutInSeconds: 0 }, "`deadTimeoutInSeconds` to be an integer from 1, got `0`"],
    [{ redis: null }, "Expected `redis` to be a URL, options of ioredis or a connection"],
    [{ deadMaxJobs: 0 }, "`deadMaxJobs` to be an integer from 1, got `0`"],
    [{ middleware: [5] }, "`middleware` to be an array of functions, got `[5]`"],
    [{ logger: { info: noop, warn: noop } }, "the functions `error`, `child`, `isLevelEnabled`"],
  ])("%j", (options, message) => {
    const make = (): unknown => new ApiConnection(options);

    expect(make).toThrow(ConfigError);
    expect(make).toThrow(message);
  });
});
