/**
 * One cron schedule for sidekiq-cron 1.8.0 and tsq: what one makes the other shows, changes and fires, and each instant
 * fires once. Time is given to both, so that an hour takes a second.
 */
import { CronSchedule } from "@tsq/cron";
import type { Redis } from "ioredis";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { cronPoller, saveCron } from "../support/cron.ts";
import { eventually } from "../support/eventually.ts";
import { isRequired } from "../support/required.ts";
import { startRedis, type TestRedis } from "../support/redis.ts";
import { rubies } from "../support/ruby.ts";
import { hasSidekiqCron, rubyPolls as passOfRuby } from "../support/ruby-cron.ts";

// Only Debian 12's Ruby has the gem.
const ruby = rubies().find(({ generation }) => generation === 6);
let server: TestRedis;
let redis: Redis;
let hasGem = false;

beforeAll(async () => {
  server = await startRedis();
  redis = server.client({ replyMapping: "legacy" });
  hasGem = ruby !== undefined && (await hasSidekiqCron(ruby, server.url));
  if (!hasGem && isRequired("ruby"))
    throw new Error("TSQ_REQUIRE lists `ruby`, but ruby-sidekiq-cron is not installed.");
  if (!hasGem) console.warn("Skipped: cron with Ruby, because ruby-sidekiq-cron is not installed.");
});
beforeEach(async ({ skip }) => {
  skip(!hasGem, "ruby-sidekiq-cron is not installed");
  await redis.flushdb();
});
afterAll(async () => {
  await ruby?.stopAll();
  await server.stop();
});

const inRuby = <T = unknown>(script: string, ...args: readonly unknown[]): Promise<T> => {
  if (!ruby) throw new Error("Expected a Ruby.");
  return ruby.eval<T>(script, { redisUrl: server.url, args });
};

const rubyPolls = (at: string): Promise<unknown> => {
  if (!ruby) throw new Error("Expected a Ruby.");
  return passOfRuby(ruby, server.url, at);
};

const AT = "2030-01-01T08:59:30Z";

describe("an entry that tsq has made", () => {
  const options = {
    cron: "* * * * *",
    class: "RubyCronJob",
    args: [1, { a: [null, 1.5] }],
    description: "from here",
    queue: "low",
    tz: "UTC",
  };
  const save = (own: object = {}) => saveCron(redis, "ours", { ...options, ...own }, { at: AT, version: 1 });

  test("is found by Ruby, valid, with all that it has", async () => {
    await save({ date_as_argument: true });

    const hash = await inRuby(`job = Sidekiq::Cron::Job.find("ours"); job.to_hash.merge(valid: job.valid?)`);

    expect(hash).toMatchObject({
      name: "ours",
      klass: "RubyCronJob",
      cron: "* * * * * UTC",
      description: "from here",
      args: '[1,{"a":[null,1.5]}]',
      date_as_argument: true,
      status: "enabled",
      active_job: false,
      symbolize_args: false,
      valid: true,
    });
  });

  test("is on the page of Ruby's Web UI, which disables it and pushes its job", async () => {
    await save();

    const page = await ruby?.page("/cron", { redisUrl: server.url });
    await ruby?.page("/cron/ours/disable", { redisUrl: server.url, form: {} });
    await ruby?.page("/cron/ours/enque", { redisUrl: server.url, form: {} });

    expect(page?.body).toContain("RubyCronJob");
    expect(await redis.hget("cron_job:ours", "status")).toBe("disabled");
    expect(await redis.llen("queue:low")).toBe(1);
    expect(await cronPoller(redis).poll("2030-01-01T09:00:05Z")).toBe(0);
  });

  test("is fired by Ruby, and not again here", async () => {
    await save();

    await rubyPolls("2030-01-01T08:59:40Z");
    expect(await redis.exists("queue:low")).toBe(0);
    await rubyPolls("2030-01-01T09:00:05Z");
    const fired = await cronPoller(redis).poll("2030-01-01T09:00:30Z");

    expect([await redis.llen("queue:low"), fired]).toEqual([1, 0]);
  });

  test("stays switched off for Ruby when its arguments were once with a date", async () => {
    await save({ date_as_argument: true });
    await save();

    expect(await inRuby(`Sidekiq::Cron::Job.find("ours").date_as_argument?`)).toBe(false);
  });

  test("is destroyed by Ruby, whole", async () => {
    await save();

    await inRuby(`Sidekiq::Cron::Job.destroy("ours")`);

    expect(await redis.keys("cron*")).toEqual([]);
  });
});

describe("an entry that Ruby has made", () => {
  const create = (own: object = {}): Promise<unknown> =>
    inRuby(`Sidekiq::Cron::Job.create(**args[0].transform_keys(&:to_sym))`, {
      name: "theirs",
      cron: "* * * * *",
      class: "RubyCronJob",
      args: [1],
      description: "from Ruby",
      ...own,
    });

  test("is seen here, disabled and deleted, as Ruby sees it", async () => {
    await create();
    await using schedule = new CronSchedule({ redis: server.url });
    const found = await schedule.find("theirs");

    expect(found).toMatchObject({
      class: "RubyCronJob",
      description: "from Ruby",
      queue: "ruby",
      status: "enabled",
    });
    await found?.disable();
    expect(await inRuby(`Sidekiq::Cron::Job.find("theirs").status`)).toBe("disabled");
    await found?.delete();
    expect(await inRuby(`Sidekiq::Cron::Job.count`)).toBe(0);
  });

  test("is fired here with Ruby's options, and not again by Ruby", async () => {
    await create();
    const tick = new Date(Math.ceil(Date.now() / 60_000) * 60_000 + 60_000);
    const at = (seconds: number): string => new Date(tick.getTime() + seconds * 1_000).toISOString();

    const fired = await cronPoller(redis).poll(at(5));
    await rubyPolls(at(30));

    const [text = "", ...more] = await redis.lrange("queue:ruby", 0, -1);
    expect([fired, more]).toEqual([1, []]);
    expect(JSON.parse(text)).toMatchObject({ class: "RubyCronJob", args: [1], retry: 3, queue: "ruby" });
    const jids = await inRuby<{ jid: string }[]>(`Sidekiq::Cron::Job.find("theirs").jid_history_from_redis`);
    expect(jids).toMatchObject([{ jid: (JSON.parse(text) as { jid: string }).jid }]);
  });

  test("with a number for its last time stops all of Ruby's, and fires again when tsq has looked", async () => {
    await create({ name: "a" });
    await create({ name: "b" });
    await redis.hset("cron_job:a", "last_enqueue_time", "1795451000.5");
    await expect(rubyPolls("2030-01-01T09:00:05Z")).rejects.toThrow();

    await cronPoller(redis).poll("2030-01-01T08:50:30Z");
    await rubyPolls("2030-01-01T09:00:05Z");

    expect(await redis.llen("queue:ruby")).toBeGreaterThanOrEqual(2);
    expect(await redis.hget("cron_job:a", "last_enqueue_time")).toBe("2030-01-01 09:00:05 +0000");
  });
});

describe("an ActiveJob whose entry does not say that it is one", () => {
  const load = `
    require "active_job"
    ActiveJob::Base.queue_adapter = :sidekiq
    ActiveJob::Base.logger = nil
    class RubyCronActiveJob < ActiveJob::Base
      queue_as :default
      def perform(*args) = Sidekiq.redis { |redis| redis.rpush("performed", JSON.generate(args)) }
    end`;

  test("is fired once for each instant by Ruby alone, and performed, while workers of tsq look too", async () => {
    const worker = await ruby?.startWorker({ redisUrl: server.url, queues: ["default"], ruby: load });
    await inRuby(
      `${load}
       Sidekiq::Cron::Job.load_from_hash!("theirs" => { "cron" => "* * * * * UTC", "class" => "RubyCronActiveJob", "args" => ["x"] })`,
    );
    const pollers = [cronPoller(redis), cronPoller(server.client({ replyMapping: "legacy" }))];
    const from = Math.ceil(Date.now() / 60_000) * 60_000 + 60_000;
    const at = (minute: number, second: number): string =>
      new Date(from + minute * 60_000 + second * 1_000).toISOString();

    for (let minute = 0; minute < 3; minute++) {
      for (const { poll } of pollers) await poll(at(minute, 5));
      await rubyPolls(at(minute, 20));
      for (const { poll } of pollers) await poll(at(minute, 40));
    }

    await eventually(async () => expect(await redis.llen("performed")).toBe(3));
    await worker?.kill9();
    expect(await redis.lrange("performed", 0, -1)).toEqual(['["x"]', '["x"]', '["x"]']);
    expect(await redis.exists("retry", "queue:default")).toBe(0);
    expect(await redis.hget("cron_job:theirs", "active_job")).not.toBe("true");
    expect(pollers.flatMap(({ told }) => [...told.firings, ...told.misses, ...told.failures])).toEqual([]);
    expect(pollers.map(({ told }) => told.lefts)).toEqual(
      Array.from({ length: 2 }, () => [["cron_job:theirs", "RubyCronActiveJob"]]),
    );
  });
});

test("in two hours of a mixed fleet each instant of each entry fires once", async () => {
  const expressions = [
    "* * * * *",
    "*/7 * * * *",
    "0,30 * * * *",
    "*/2 9 * * * UTC",
    "15-45/3 * * * *",
    "0 10 * * *",
  ];
  for (const [i, cron] of expressions.entries())
    await saveCron(
      redis,
      `e${i}`,
      { cron: `${cron.replace(" UTC", "")} UTC`, class: `Job${i}`, queue: `q${i}` },
      { at: AT, version: 1 },
    );
  const pollers = Array.from({ length: 4 }, () => cronPoller(server.client({ replyMapping: "legacy" })));

  for (let minute = 0; minute < 120; minute++) {
    for (const second of [3, 33]) {
      const ms = Date.parse("2030-01-01T09:00:00Z") + minute * 60_000 + second * 1_000;
      const at = (offset: number): string => new Date(ms + offset * 1_000).toISOString();
      await Promise.all([rubyPolls(at(0)), ...pollers.map(({ poll }, i) => poll(at(i * 7)))]);
    }
  }

  const counts = await Promise.all(expressions.map((_, i) => redis.llen(`queue:q${i}`)));
  expect(counts).toEqual([120, 18, 4, 30, 22, 1]);
  const byRuby = pollers.reduce(
    (sum, { told }) => sum - told.firings.length,
    counts.reduce((a, b) => a + b, 0),
  );
  // Both had their share.
  expect(byRuby).toBeGreaterThan(0);
  expect(pollers.flatMap(({ told }) => told.firings).length).toBeGreaterThan(0);
  expect(pollers.flatMap(({ told }) => [...told.misses, ...told.failures])).toEqual([]);
});

describe("a load of a file of tsq", () => {
  const load = async (names: readonly string[]) => {
    await using schedule = new CronSchedule({ redis: server.url, layout: "1.x" });
    const file = Object.fromEntries(names.map((name) => [name, { cron: "0 3 * * *", class: "RubyCronJob" }]));
    return await schedule.load(file, { removeOthers: true });
  };
  // As its loader does at the start of a Sidekiq.
  const rubyLoads = (name: string) =>
    inRuby(
      `Sidekiq::Cron::Job.load_from_hash(args[0] => { "cron" => "0 3 * * *", "class" => "RubyCronJob" })`,
      name,
    );
  const entries = async () => (await redis.smembers("cron_jobs")).map((key) => key.slice(9)).toSorted();
  // A process of Ruby, as a poll has seen it.
  beforeEach(async () => void (await redis.set("tsq:cron:ruby", String(Date.now()))));

  test("leaves what Ruby's file has taken over, and removes what is still its own", async () => {
    await load(["moved", "gone", "stays"]);
    await rubyLoads("moved");

    const done = await load(["stays"]);

    expect(done).toMatchObject({ removed: ["gone"], left: ["moved"] });
    expect(await entries()).toEqual(["moved", "stays"]);
  });

  test("removes its own though Ruby has fired it, and though Ruby has loaded a file without it", async () => {
    await load(["gone", "stays"]);
    await redis.del("cron_job:gone:enqueued");
    await rubyPolls("2030-01-01T03:00:10Z");
    expect(await redis.hget("cron_job:gone", "last_enqueue_time")).not.toBe("");
    await rubyLoads("rubys");

    const done = await load(["stays"]);

    expect(done.removed).toEqual(["gone"]);
    expect(await entries()).toEqual(["rubys", "stays"]);
  });
});
