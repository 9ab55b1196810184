/** A push whose answer is lost is there once: each is numbered, and what the server has seen it does not take again. */
import { Client, defineJob, PushUnknownError } from "@tsq/core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { CommandTap } from "../../support/command-tap.ts";
import { eventually } from "../../support/eventually.ts";
import { queued, scheduled } from "../../support/jobs-in-redis.ts";
import { LateProxy } from "../../support/late-proxy.ts";
import { TcpProxy } from "../../support/proxy.ts";
import { hasNativeRedis } from "../../support/native-redis.ts";
import { testNativeServer } from "../../support/native-required.ts";
import { startRedis } from "../../support/redis.ts";
import type { TestRedis } from "../../support/redis.ts";

const READONLY = "-READONLY You can't write against a read only replica.\r\n";
const MANY: [unknown][] = Array.from({ length: 25 }, (_, n) => [n]);

let redis: TestRedis;
let proxy: TcpProxy;

beforeAll(async () => {
  // A transaction needs CLIENT KILL, which the embedded server has not.
  redis = await startRedis(hasNativeRedis() ? { backend: "native" } : {});
});
beforeEach(async () => {
  await redis.client().flushall();
  proxy = await TcpProxy.listen(redis.port);
});
afterEach(() => proxy.stop());
afterAll(() => redis.stop());

testNativeServer("pushes as transactions");

const open = (url = proxy.url): Client => {
  const client = new Client({ redis: url, wire: 8 });
  onTestFinished(() => client.close());
  return client;
};
const jobOf = (client: Client, queue = "default") =>
  defineJob("HardJob", { client, queue }, (_job, _n: unknown) => {});
const args = async (queue?: string) => (await queued(redis.client(), queue)).map((job) => job.args[0]);
const numbersKey = async () => (await redis.client().keys("tsq:push:*"))[0] ?? "";
/** The server hears, and nobody hears the server. */
const loseAnswers = () => proxy.replace((chunk, from) => (from === "client" ? chunk : undefined));

describe("the numbers of a client", () => {
  test("are two at most, live for an hour, and go when it closes", async () => {
    const client = new Client({ redis: redis.url, wire: 8 });
    const job = jobOf(client);
    for (let n = 0; n < 5; n++) {
      const first = job.performAsync(n);
      await new Promise(setImmediate);
      await Promise.all([first, job.performAsync(n)]);
    }

    const key = await numbersKey();
    expect(key).toMatch(/^tsq:push:[0-9a-f]{32}$/);
    const numbers = await redis.client().hgetall(key);
    expect(Object.keys(numbers).filter((lane) => !["0", "1"].includes(lane))).toEqual([]);
    expect(await redis.client().ttl(key)).toBeGreaterThan(3_590);
    expect(await redis.client().ttl(key)).toBeLessThanOrEqual(3_600);

    await client.close();
    expect(await redis.client().exists(key)).toBe(0);
  });

  test("stay when an answer was lost, for what was sent may still arrive", async () => {
    const client = open();
    await jobOf(client).performAsync(1);
    loseAnswers();
    const push = jobOf(client).performAsync(2);
    await eventually(async () => expect(await args()).toEqual([1, 2]));
    proxy.replace(undefined);
    proxy.cut();
    await push;

    await client.close();

    expect(await redis.client().exists(await numbersKey())).toBe(1);
  });

  test("that are gone after an hour of rest cost no job", async () => {
    const client = open();
    await jobOf(client).performAsync(1);
    await redis.client().del(await numbersKey());

    await jobOf(client).performAsync(2);

    expect(await args()).toEqual([1, 2]);
  });
});

describe("a push whose answer is lost", () => {
  test.each<[string, (client: Client) => Promise<unknown>]>([
    ["alone", (client) => jobOf(client).performAsync(0)],
    ["with others", (client) => jobOf(client).performBulk(MANY)],
  ])("is there once: %s", async (_what, push) => {
    const client = open();
    // What a transaction needs: the key was seen, and the fence is up.
    await jobOf(client).performBulk(MANY);
    await jobOf(client).performBulk(MANY);
    await redis.client().del("queue:default");
    loseAnswers();

    const pushed = push(client);
    await eventually(async () => expect((await args()).length).toBeGreaterThan(0));
    const before = await args();
    proxy.replace(undefined);
    proxy.cut();
    await pushed;

    expect(await args()).toEqual(before);
  });

  test("is there when the server comes back without it", async () => {
    const client = open();
    await jobOf(client).performAsync(1);
    loseAnswers();
    const pushes = [jobOf(client).performAsync(2), jobOf(client).performIn(60, 3)];
    await eventually(async () => expect(await args()).toEqual([1, 2]));
    proxy.refuse();
    proxy.replace(undefined);

    await redis.client().flushall();
    proxy.accept();
    await Promise.all(pushes);

    expect(await args()).toEqual([2]);
    expect(await scheduled(redis.client())).toHaveLength(1);
  });

  test("stays before those that were pushed after it", async () => {
    const client = open();
    const tap = new CommandTap(proxy);
    await jobOf(client).performAsync(-1);
    const first = proxy.accepted;
    tap.answer((name) => (name === "evalsha" && proxy.accepted === first ? READONLY : undefined));

    const pushes: Promise<unknown>[] = [];
    for (let n = 0; n < 50; n++) {
      pushes.push(jobOf(client).performAsync(n));
      await new Promise(setImmediate);
    }
    await Promise.all(pushes);

    expect(await args()).toEqual(Array.from({ length: 51 }, (_, n) => n - 1));
  });

  test("does not keep close() from ending while the server is gone", async () => {
    const client = open();
    await jobOf(client).performAsync(1);
    loseAnswers();
    const outcome = jobOf(client)
      .performAsync(2)
      .catch((error: unknown) => error);
    await eventually(async () => expect(await args()).toEqual([1, 2]));
    proxy.refuse();

    await client.close();

    expect(await outcome).toBeInstanceOf(PushUnknownError);
  });
});

describe("a push that arrives when it has long been sent again", () => {
  test.each<[string, [unknown][]]>([
    ["alone", [[0]]],
    ["as a transaction", MANY],
  ])("changes nothing: %s", async (_what, lists) => {
    const late = await LateProxy.listen(redis.port);
    onTestFinished(() => late.stop());
    const job = jobOf(open(late.url));
    await job.performBulk(MANY);
    await job.performBulk(MANY);
    await redis.client().del("queue:default");
    late.hold();
    const push = job.performBulk(lists);
    await eventually(() => expect(late.held).toBeGreaterThan(0));

    late.loseClients();
    await push;
    await late.deliver();

    expect(await args()).toEqual(lists.map(([n]) => n));
  });
});

describe("a server without memory", () => {
  test.each<[string, boolean, [unknown][]]>([
    ["a job", false, [[0]]],
    ["many jobs", false, MANY],
    ["a transaction", true, MANY],
  ])("takes neither the job nor the name of its queue: %s", async (_what, isWarm, lists) => {
    const job = jobOf(open(redis.url), "full");
    if (isWarm) for (let i = 0; i < 2; i++) await job.performBulk(MANY);
    await redis.client().del("queue:full", "queues");
    await redis.client().config("SET", "maxmemory", "1");

    const push = job.performBulk(lists);

    await expect(push).rejects.toThrow(/OOM/);
    await redis.client().config("SET", "maxmemory", "0");
    expect(await redis.client().exists("queues", "queue:full")).toBe(0);
    await job.performAsync("later");
    expect(await args("full")).toEqual(["later"]);
  });
});

describe("a key of another type", () => {
  test.each([["queue:broken"], ["schedule"]])(
    "%s refuses its own jobs alone, and has no name",
    async (key) => {
      await redis.client().set(key, "a string");
      const client = open(redis.url);

      const outcomes = await Promise.allSettled([
        jobOf(client, "broken").performAsync(1),
        jobOf(client).performIn(60, 2),
        jobOf(client, "good").performAsync(3),
      ]);

      const isBroken = key === "queue:broken";
      expect(outcomes.map(({ status }) => status)).toEqual(
        isBroken ? ["rejected", "fulfilled", "fulfilled"] : ["fulfilled", "rejected", "fulfilled"],
      );
      expect(new Set(await redis.client().smembers("queues"))).toEqual(
        new Set(isBroken ? ["good"] : ["good", "broken"]),
      );
    },
  );

  test("that was a queue when it was last seen refuses what goes there as a transaction", async () => {
    const job = jobOf(open(redis.url));
    for (let i = 0; i < 2; i++) await job.performBulk(MANY);
    await redis.client().set("queue:default", "a string");

    await expect(job.performBulk(MANY)).rejects.toThrow(/WRONGTYPE/);
    await redis.client().del("queue:default");
    await job.performBulk(MANY);

    expect(await args()).toEqual(MANY.flat());
  });
});
