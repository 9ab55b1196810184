import { defineJob } from "@tsq/core";
import type { BulkItem } from "@tsq/core";
import { describe, expect, test } from "vitest";
import { clientTests } from "../../support/client.ts";
import { queued, scheduled } from "../../support/jobs-in-redis.ts";

const YEAR_2100 = 4_102_444_800;

const here = clientTests({ tap: true });

const lists = (count: number): number[][] => Array.from({ length: count }, (_, i) => [i]);
const bulk = (args: BulkItem["args"], options: Partial<BulkItem> = {}) =>
  here.client.pushBulk({ class: "HardJob", args, ...options });
/** How many jobs each command carried. */
const pushed = (): number[] => here.tap.commands("lpush").map((command) => command.length - 2);
const planned = (): number[] => here.tap.commands("zadd").map((command) => (command.length - 2) / 2);
const argsQueued = async () => (await queued(here.redis)).map(({ args }) => args[0]);

describe("jobs pushed in bulk", () => {
  test("are on their queue in their order, one jid for each", async () => {
    const jids = await bulk(lists(3));

    expect((await queued(here.redis)).map(({ jid, args }) => [jid, args])).toEqual(
      jids.map((jid, i) => [jid, [i]]),
    );
    expect(new Set(jids).size).toBe(3);
  });

  test("are made at one moment, and each slice is enqueued at one", async () => {
    await bulk(lists(5), { batch_size: 2 });

    const jobs = await queued(here.redis);
    expect(new Set(jobs.map(({ created_at }) => created_at)).size).toBe(1);
    expect(jobs[0]?.enqueued_at).toBe(jobs[1]?.enqueued_at);
  });

  test("go a thousand at a time", async () => {
    await bulk(lists(2_500));

    expect(pushed()).toEqual([1_000, 1_000, 500]);
    expect(await argsQueued()).toEqual(lists(2_500).flat());
  });

  test("go as many at a time as they are told to", async () => {
    await bulk(lists(5), { batch_size: 2 });

    expect(pushed()).toEqual([2, 2, 1]);
  });

  test("that are none cost no command", async () => {
    expect(await bulk([])).toEqual([]);

    expect(here.tap.commands("lpush", "sadd", "zadd", "smembers")).toEqual([]);
  });

  test("may be of a job of defineJob, with its options", async () => {
    const job = defineJob(
      "HardJob",
      { queue: "low", retry: 2, tags: ["a"], client: here.client },
      (_job, _n: number) => {},
    );

    await job.performBulk([[1], [2]]);
    await here.client.pushBulk({ class: job, args: [[3]] });
    await job.set({ retry: 0 }).performBulk([[4]]);

    const common = { queue: "low", tags: ["a"], class: "HardJob" };
    expect(await queued(here.redis, "low")).toMatchObject([
      { ...common, retry: 2, args: [1] },
      { ...common, retry: 2, args: [2] },
      { ...common, retry: 2, args: [3] },
      { ...common, retry: 0, args: [4] },
    ]);
  });

  test("have a jid of their own, or for one job the one that is named", async () => {
    expect(await bulk([[1]], { jid: "mine" })).toEqual(["mine"]);
    await expect(bulk([[1], [2]], { jid: "mine" })).rejects.toThrow(
      "Explicitly passing 'jid' when pushing more than one job is not supported",
    );

    expect(await queued(here.redis)).toMatchObject([{ jid: "mine" }]);
  });

  test("keep big integers", async () => {
    await bulk([[12345678901234567890n]]);

    expect(await argsQueued()).toEqual([12345678901234567890n]);
  });
});

describe("jobs pushed in bulk for later", () => {
  test("have one time for all, in slices of a hundred", async () => {
    await bulk(lists(250), { at: YEAR_2100 });

    expect(planned()).toEqual([100, 100, 50]);
    expect(new Set((await scheduled(here.redis)).map(({ at }) => at))).toEqual(new Set([YEAR_2100]));
  });

  test("have a time each, whatever slice they are in", async () => {
    const times = lists(5).map(([i = 0]) => YEAR_2100 + i);

    await bulk(lists(5), { at: times, batch_size: 2 });

    expect((await scheduled(here.redis)).map(({ at, payload }) => [at, payload.args[0]])).toEqual(
      times.map((at, i) => [at, i]),
    );
  });

  test("may have Dates", async () => {
    await bulk([["a"], ["b"]], { at: [new Date(YEAR_2100 * 1000), YEAR_2100 + 1.5] });

    expect((await scheduled(here.redis)).map(({ at }) => at)).toEqual([YEAR_2100, YEAR_2100 + 1.5]);
  });

  test("take times as they are, so that 60 is due at once, as in Sidekiq", async () => {
    await bulk([[1]], { at: 60 });

    expect(await scheduled(here.redis)).toMatchObject([{ at: 60 }]);
  });

  test.each([
    ["a minute", 60, 60],
    ["less than 5 seconds, which counts as 5", 1, 5],
  ])("are spread over %s from now", async (_what, spread_interval, seconds) => {
    const before = Date.now() / 1000;

    await bulk(lists(250), { spread_interval });

    const times = (await scheduled(here.redis)).map(({ at }) => at);
    expect(Math.min(...times)).toBeGreaterThanOrEqual(before);
    expect(Math.max(...times)).toBeLessThanOrEqual(Date.now() / 1000 + seconds);
    expect(Math.max(...times) - Math.min(...times)).toBeGreaterThan(seconds / 2);
    expect(planned()).toEqual([100, 100, 50]);
  });

  test("wait as set() says", async () => {
    const job = defineJob("HardJob", { client: here.client }, (_job, _n: number) => {});

    await job.set({ wait_until: YEAR_2100 }).performBulk([[1], [2]]);
    await job.set({ wait: -1 }).performBulk([[3]]);

    expect(await scheduled(here.redis)).toMatchObject([{ at: YEAR_2100 }, { at: YEAR_2100 }]);
    expect(await argsQueued()).toEqual([3]);
  });
});

describe("a bulk push is refused", () => {
  test.each<[string, Partial<BulkItem>, string]>([
    [
      "whose arguments are one list",
      { args: [1, 2] as unknown as [] },
      "Bulk arguments must be an Array of Arrays: [[1], [2]]",
    ],
    ["without arguments", { args: undefined as unknown as [] }, "Bulk arguments must be an Array of Arrays"],
    ["with no times", { at: [] }, "Job 'at' must be a Numeric or an Array of Numeric timestamps"],
    [
      "with a time that is none",
      { at: [1, "2" as unknown as number] },
      "Job 'at' must be a Numeric or an Array",
    ],
    ["with a Date that is none", { at: new Date("nonsense") }, "Job 'at' must be a Numeric or an Array"],
    ["with too few times", { at: [1] }, "Job 'at' Array must have same size as 'args' Array"],
    ["with a negative spread", { spread_interval: -1 }, "Jobs 'spread_interval' must be a positive Numeric"],
    ["with no spread", { spread_interval: 0 }, "Jobs 'spread_interval' must be a positive Numeric"],
    [
      "with a time and a spread",
      { at: 1, spread_interval: 5 },
      "Only one of 'at' or 'spread_interval' can be provided",
    ],
    ["in slices of none", { batch_size: 0 }, "Expected 'batch_size' to be an integer from 1, got `0`"],
    ["of no class", { class: "" }, "Job class must be a job or the string of its class name"],
  ])("%s", async (_what, options, message) => {
    await expect(bulk([[1], [2]], options)).rejects.toThrow(message);

    expect(here.tap.commands("lpush", "zadd", "sadd")).toEqual([]);
  });

  test("for one argument that Ruby cannot read, with all of its slice; those before it are pushed", async () => {
    const push = bulk([[1], [2], [3], [undefined]], { batch_size: 2 });

    await expect(push).rejects.toThrow("Job arguments to HardJob must be native JSON types");
    expect(await argsQueued()).toEqual([1, 2]);
  });
});

describe("a middleware", () => {
  test("that stops some jobs of a bulk push leaves a null in their places", async () => {
    here.client.use(async (payload, next) => {
      if (payload.args[0] !== 1) await next();
    });

    const jids = await bulk(lists(3));

    expect(jids).toEqual([expect.any(String), null, expect.any(String)]);
    expect(await argsQueued()).toEqual([0, 2]);
  });

  test("may send the jobs of one bulk push to different queues", async () => {
    here.client.use((payload, next) => {
      payload.queue = Number(payload.args[0]) % 2 === 0 ? "even" : "odd";
      return next();
    });

    await bulk(lists(4));

    expect((await queued(here.redis, "even")).map(({ args }) => args[0])).toEqual([0, 2]);
    expect((await queued(here.redis, "odd")).map(({ args }) => args[0])).toEqual([1, 3]);
    expect(new Set(await here.redis.smembers("queues"))).toEqual(new Set(["even", "odd"]));
  });
});
