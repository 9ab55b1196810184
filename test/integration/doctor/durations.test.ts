/** What `tsq doctor` says of how long jobs take: the checks long-jobs and not-worth-a-job. */
import type { Redis } from "ioredis";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { runsBy, type Runs } from "../../support/class-runs.ts";
import { beats, diagnose, told } from "../../support/doctor.ts";
import { startRedis, type TestRedis } from "../../support/redis.ts";

let server: TestRedis;
let redis: Redis;
beforeAll(async () => {
  server = await startRedis();
  redis = server.client();
});
afterAll(() => server.stop());
beforeEach(() => redis.flushall());

const ran = (name: string, ...runs: Runs): Promise<void> => runsBy(8)(redis, name, ...runs);

describe("long-jobs", () => {
  const find = (files = {}): Promise<readonly string[]> => told("long-jobs", { url: server.url, files });

  test("keeps still of short jobs, of a slow one among many, and of what is iterable", async () => {
    await ran("QuickJob", [100, 50]);
    await ran("MostlyJob", [99, 3_000], [1, 60_000]);
    await ran("LoopJob", [10, 60_000]);
    // Between 20 and 30 s, which the histogram does not tell apart: it may be less than a stop waits.
    await ran("MaybeJob", [90, 3_000], [10, 22_000]);

    const files = { "a.rb": "class LoopJob\n  include Sidekiq::IterableJob\n  def perform; end\nend\n" };
    expect(await find(files)).toEqual([]);
  });

  test("says of how many it has not looked at, where there are many", async () => {
    const slow = (count: number) =>
      Promise.all(Array.from({ length: count }, (_, i) => ran(`Slow${i}Job`, [10, 60_000 + i])));
    await slow(20);
    const twenty = await find();
    await redis.flushall();
    await slow(22);

    expect(twenty).toHaveLength(20);
    expect((await find()).slice(20)).toEqual([
      "note metrics 2 more classes may be as long: the 20 that take longest on average were looked at.",
    ]);
  });

  test("says which class a stop does not wait for, on average or by its slow runs", async () => {
    await ran("SlowJob", [10, 60_000]);
    await ran("TailJob", [90, 3_000], [10, 60_000]);

    const files = { "a.rb": "class SlowJob\n  include Sidekiq::Job\n  def perform; end\nend\n" };
    expect(await find(files)).toEqual([
      "warning a.rb:1 `SlowJob` takes 60 s on average (10 runs within 8 hours); a stop waits 25 s.",
      "warning metrics More than 5 of 100 runs of `TailJob` take longer than 45 s; a stop waits 25 s.",
    ]);
  });

  test("counts one run as one", async () => {
    await ran("SlowJob", [1, 60_000]);

    expect(await find({})).toEqual([expect.stringContaining("(1 run within 8 hours)")]);
  });

  test("says of one that takes an hour and more that it seldom gets to its end", async () => {
    await ran("HourJob", [3, 3_700_000]);
    await ran("SlowJob", [3, 3_500_000]);

    const found = await diagnose("long-jobs", { url: server.url });

    expect(found.map(({ saw, why }) => [/^`\w+`/.exec(saw)?.[0], / For an hour .*$/.exec(why)?.[0]])).toEqual(
      [
        ["`HourJob`", " For an hour and more it seldom gets to its end."],
        ["`SlowJob`", undefined],
      ],
    );
  });

  test("says how much is known of one whose slowest take an hour, where the histogram ends long before", async () => {
    await ran("TailJob", [90, 3_000], [10, 4_000_000]);
    await ran("RatherJob", [90, 3_000], [10, 3_000_000]);
    // One in a hundred is no twentieth.
    await ran("SeldomJob", [990, 30], [10, 4_000_000]);

    const found = await diagnose("long-jobs", { url: server.url });

    expect(found.map(({ saw }) => saw)).toEqual([
      "`TailJob` takes 403 s on average (100 runs within 8 hours); 10 of them are beyond the 335 s where Sidekiq's histogram ends, and take 1.1 h on average or longer; a stop waits 25 s.",
      "`RatherJob` takes 303 s on average (100 runs within 8 hours); a stop waits 25 s.",
      "`SeldomJob` takes 40 s on average (1,000 runs within 8 hours); a stop waits 25 s.",
    ]);
    expect(found.map(({ why }) => why.includes("For an hour"))).toEqual([true, false, false]);
  });

  test("says nothing of the slowest where the sum may be that of others", async () => {
    await ran("TailJob", [90, 3_000], [10, 4_000_000]);
    const [counters = ""] = await redis.keys("j|*");
    await redis.hincrby(counters, "TailJob|p", 1);

    const [found] = await diagnose("long-jobs", { url: server.url });

    expect(found?.saw).toBe("`TailJob` takes 399 s on average (101 runs within 8 hours); a stop waits 25 s.");
  });

  test("heeds how long the project's workers wait", async () => {
    await ran("SlowJob", [10, 60_000]);

    expect(await find({ Procfile: "worker: sidekiq -t 120\n" })).toEqual([]);
  });

  test("says what has been running for hours", async () => {
    await beats(redis);
    const payload = JSON.stringify({ class: "HugeJob", jid: "j", args: [] });
    const runAt = Math.floor(Date.now() / 1_000) - 9_000;
    await redis.hset("web:1:abcdef:work", "t", JSON.stringify({ queue: "default", payload, run_at: runAt }));

    expect(await find()).toEqual(["warning metrics A job of `HugeJob` has been running for 2.5 h."]);
  });

  test("keeps still of what has been running for an hour, and of what saves how far it has come", async () => {
    await beats(redis);
    const files = { "a.rb": "class LoopJob\n  include Sidekiq::IterableJob\n  def perform; end\nend\n" };
    const run = (name: string, seconds: number): string =>
      JSON.stringify({
        queue: "default",
        payload: JSON.stringify({ class: name, jid: "j", args: [] }),
        run_at: Math.floor(Date.now() / 1_000) - seconds,
      });
    await redis.hset("web:1:abcdef:work", { t: run("HugeJob", 3_500), u: run("LoopJob", 9_000) });

    expect(await find(files)).toEqual([]);
  });
});

describe("not-worth-a-job", () => {
  const find = (): Promise<readonly string[]> => told("not-worth-a-job", { url: server.url });

  test("says which class costs more than it does", async () => {
    await ran("TinyJob", [30_000, 0.5]);

    expect(await find()).toEqual([
      "note metrics `TinyJob` ran 30000 times within 8 hours, for 0.5 ms on average; 95 of 100 runs took less than 20 ms, the least that is told apart.",
    ]);
  });

  test("says of how many it has not looked at, where there are many", async () => {
    await Promise.all(Array.from({ length: 11 }, (_, i) => ran(`Tiny${i}Job`, [30_000, 0.5])));

    const lines = await find();

    expect(lines).toHaveLength(11);
    expect(lines.at(-1)).toBe("note metrics 1 more class may be as short: 10 were looked at.");
  });

  test("keeps still of a few, and of what takes longer now and then", async () => {
    await ran("FewJob", [100, 0.5]);
    await ran("RealJob", [30_000, 40]);
    await ran("RatherJob", [30_000, 10]);
    await ran("SometimesJob", [28_000, 0.1], [2_000, 25]);

    expect(await find()).toEqual([]);
  });
});
