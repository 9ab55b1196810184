import { Client, defineJob, RedisUnusableError, remoteJob } from "@tsq/core";
import type { ClientOptions } from "@tsq/core";
import { describe, expect, test } from "vitest";
import { clientTests } from "../../support/client.ts";
import { eventually } from "../../support/eventually.ts";
import { queued, scheduled } from "../../support/jobs-in-redis.ts";
import { startRedis } from "../../support/redis.ts";

const PUSHES: readonly string[] = ["sadd", "lpush", "zadd"];

const here = clientTests({ tap: true, client: { wire: 8 } });

const open = (options: ClientOptions = {}): Client => here.open({ wire: 8, ...options });

const hardJob = () =>
  defineJob("HardJob", { client: here.client }, (_job, ..._args: readonly unknown[]) => {});
const args = async (queue?: string) => (await queued(here.redis, queue)).map(({ args }) => args[0]);

test("a push whose queue cannot be named in `queues` is an error, as in Ruby, and so are those beside it", async () => {
  await here.redis.set("queues", "oops");

  const pushes = await Promise.allSettled([
    here.client.push({ class: "HardJob", args: [1], queue: "a" }),
    here.client.push({ class: "HardJob", args: [2], queue: "b" }),
    here.client.push({ class: "HardJob", args: [3], at: 4_102_444_800 }),
  ]);

  expect(pushes.map(({ status }) => status)).toEqual(["rejected", "rejected", "fulfilled"]);
});

describe("jobs that are pushed at the same time", () => {
  test.each(["auto", 8] as const)("go out together, with times %s", async (wire) => {
    here.client = open({ wire });
    const job = hardJob();

    const jids = await Promise.all(Array.from({ length: 100 }, (_, n) => job.performAsync(n)));

    expect(here.tap.commands("sadd")).toHaveLength(1);
    expect(here.tap.commands("lpush").map((command) => command.length - 2)).toEqual([100]);
    expect((await queued(here.redis)).map(({ jid }) => jid)).toEqual(jids);
  });

  test("go out with one command for each queue, and one for the schedule", async () => {
    const job = hardJob();

    await Promise.all(
      Array.from({ length: 30 }, (_, n) => [
        job.set({ queue: "a" }).performAsync(n),
        job.set({ queue: "b" }).performAsync(n),
        job.performIn(60, n),
      ]).flat(),
    );

    expect(here.tap.commands(...PUSHES).map(([name, key, ...values]) => [name, key, values.length])).toEqual([
      ["sadd", "queues", 2],
      ["lpush", "queue:a", 30],
      ["lpush", "queue:b", 30],
      ["zadd", "schedule", 60],
    ]);
  });

  test("go out a thousand at most in one command, in their order", async () => {
    const job = hardJob();

    await Promise.all(Array.from({ length: 2_500 }, (_, n) => job.performAsync(n)));

    expect(here.tap.commands("lpush").map((command) => command.length - 2)).toEqual([1_000, 1_000, 500]);
    expect(await args()).toEqual(Array.from({ length: 2_500 }, (_, n) => n));
  });

  test("gather while the server is busy with those before them", async () => {
    const job = hardJob();
    await job.performAsync(0);
    here.tap.reset();
    here.proxy.sleep();

    const pushes: Promise<unknown>[] = [];
    for (let n = 1; n <= 50; n++) {
      pushes.push(job.performAsync(n));
      await new Promise(setImmediate);
    }
    here.proxy.wake();
    await Promise.all(pushes);

    // Two are on their way, the others travel together.
    expect(here.tap.commands("lpush").map((command) => command.length - 2)).toEqual([1, 1, 48]);
    expect(await args()).toEqual(Array.from({ length: 51 }, (_, n) => n));
  });

  test("do not fail with each other", async () => {
    await here.redis.set("queue:broken", "a string");
    const job = hardJob();

    const outcomes = await Promise.allSettled([
      job.performAsync("good"),
      job.set({ queue: "broken" }).performAsync("bad"),
      job.performIn(60, "later"),
    ]);

    expect(outcomes.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
    expect(outcomes[1]).toHaveProperty("reason.message", expect.stringMatching(/\(WRONGTYPE /));
    expect(await args()).toEqual(["good"]);
    expect(await scheduled(here.redis)).toHaveLength(1);
  });
});

describe("a server that has changed its role", () => {
  /** Answers so many pushes so. */
  const refusePushes = (error: string, times: number): void => {
    let refused = 0;
    here.tap.answer((name) => (name === "evalsha" && refused++ < times ? `-${error}\r\n` : undefined));
  };

  const errors = [
    ["READONLY You can't write against a read only replica."],
    ["NOREPLICAS Not enough good replicas to write."],
    ["UNBLOCKED force unblock from blocking operation, instance state changed (master -> replica?)"],
  ];

  test.each(errors)("is asked once more on a new connection: %s", async (error) => {
    await hardJob().performAsync("before");
    const connections = here.proxy.accepted;
    refusePushes(error, 1);

    const jid = await hardJob().set({ queue: "new" }).performAsync("once");

    expect(await queued(here.redis, "new")).toMatchObject([{ args: ["once"], jid }]);
    expect(await here.redis.smembers("queues")).toEqual(expect.arrayContaining(["default", "new"]));
    expect(here.proxy.accepted).toBe(connections + 1);
  });

  test.each(errors)("that still refuses gives its own error: %s", async (error) => {
    refusePushes(error, 2);

    const push = hardJob().performAsync("never");

    await expect(push).rejects.toThrow(RedisUnusableError);
    await expect(push).rejects.toHaveProperty("cause.message", error);
    expect(await here.redis.dbsize()).toBe(0);
  });

  test("is asked again for a scheduled job and for a bulk push, too", async () => {
    refusePushes("READONLY You can't write against a read only replica.", 1);
    await hardJob().performIn(60, "later");
    refusePushes("READONLY You can't write against a read only replica.", 1);
    await hardJob().performBulk([[1], [2]]);

    expect(await scheduled(here.redis)).toHaveLength(1);
    expect(await args()).toEqual([1, 2]);
  });

  test("does not disturb the pushes that follow", async () => {
    await hardJob().set({ queue: "before" }).performAsync();
    refusePushes("READONLY You can't write against a read only replica.", 1);

    const pushes: Promise<unknown>[] = [];
    for (let n = 0; n < 50; n++) {
      pushes.push(hardJob().performAsync(n));
      await new Promise(setImmediate);
    }

    await expect(Promise.all(pushes)).resolves.toHaveLength(50);
    expect(new Set(await args())).toEqual(new Set(Array.from({ length: 50 }, (_, n) => n)));
  });
});

describe("a Redis that cannot be reached", () => {
  test.each(["auto", 8] as const)(
    "rejects the push after four tries in a row, with times %s",
    async (wire) => {
      here.proxy.refuse();
      here.client = open({ wire });

      const pushes = [
        hardJob().performAsync(1),
        hardJob().performIn(60, 1),
        hardJob().performBulk([[1]]),
        here.client.push({ class: "HardJob", args: [1] }),
      ];

      for (const push of pushes) await expect(push).rejects.toThrow(RedisUnusableError);
      expect(here.proxy.accepted).toBeGreaterThanOrEqual(4);
    },
  );

  test("takes pushes again once it is back, and none that was rejected", async () => {
    here.proxy.refuse();
    await expect(hardJob().performAsync("lost")).rejects.toThrow();
    here.proxy.accept();

    await hardJob().performAsync("found");

    expect(await args()).toEqual(["found"]);
  });

  test("for a moment only delays a push", async () => {
    await hardJob().performAsync("before");
    const tries = here.proxy.accepted;
    here.proxy.refuse();
    const push = hardJob().performAsync("through");
    await eventually(() => expect(here.proxy.accepted).toBeGreaterThan(tries));

    here.proxy.accept();

    await push;
    expect(await args()).toEqual(["before", "through"]);
  });

  test("because its connection was cut between two pushes is reached by a new one", async () => {
    await hardJob().performAsync(1);
    here.proxy.cut();

    await hardJob().performAsync(2);

    expect(await args()).toEqual([1, 2]);
  });

  test("because its connection was cut before a push arrived gets it on the next one, once", async () => {
    await hardJob().performAsync(1);
    here.proxy.sleep();
    const push = hardJob().performAsync(2);
    await eventually(() => expect(here.tap.commands("lpush")).toHaveLength(2));
    here.proxy.cut();
    here.proxy.wake();

    await push;

    expect(await args()).toEqual([1, 2]);
  });

  test("because it is slow gets the push all the same", async () => {
    here.proxy.delay(20);

    await hardJob().performAsync(1);

    expect(await args()).toEqual([1]);
  });
});

describe("several clients", () => {
  test("are several shards: by set(), and by the job's definition", async () => {
    await using other = await secondRedis();
    const job = hardJob();
    const onOther = remoteJob("HardJob", { client: other.client });

    await job.performAsync("first");
    await job.set({ client: other.client }).performAsync("by set");
    await job.set({ client: other.client }).performBulk([["bulk by set"]]);
    await onOther.performAsync();
    await onOther.set({ client: here.client }).performAsync();

    expect((await queued(here.redis)).map(({ args }) => args)).toEqual([["first"], []]);
    expect((await queued(other.redis.client())).map(({ args }) => args)).toEqual([
      ["by set"],
      ["bulk by set"],
      [],
    ]);
  });
});

const secondRedis = async () => {
  const second = await startRedis();
  const shard = new Client({ redis: second.url });
  return {
    redis: second,
    client: shard,
    async [Symbol.asyncDispose]() {
      await shard.close();
      await second.stop();
    },
  };
};
