/** What `tsq doctor` says of the fleet. */
import type { Redis } from "ioredis";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { loadFromHash } from "tsq/cron";
import { beats, told } from "../../support/doctor.ts";
import { startRedis, type TestRedis } from "../../support/redis.ts";

let server: TestRedis;
let redis: Redis;
beforeAll(async () => {
  server = await startRedis();
  redis = server.client();
});
afterAll(() => server.stop());
beforeEach(() => redis.flushall());

const ID = "fleet";
const find = (files = {}): Promise<readonly string[]> => told(ID, { url: server.url, files });
const LOCK = (...gems: readonly string[]): Record<string, string> => ({
  "Gemfile.lock": `GEM\n  remote: https://rubygems.org/\n  specs:\n${gems.map((gem) => `    ${gem}\n      redis-client (>= 0.22)\n`).join("")}\nDEPENDENCIES\n  sidekiq\n`,
});

test("keeps still of one generation, its usual gems, and a schedule that is in Redis as it is here", async () => {
  await beats(redis, { identity: "a:1:a", version: "8.1.7" });
  await beats(redis, { identity: "b:1:a", version: "tsq 0.1.0", queues: ["ts"] });
  await redis.hset("tsq:owners", "b:1:a~default~0", "default");
  await redis.hset("tsq:in-flight:b:1:a~default~0", "00", '{"class":"A"}');
  await loadFromHash({ nightly: { cron: "0 2 * * *", class: "NightJob" } }, { redis: server.url });

  const schedule = { "config/schedule.yml": "nightly:\n  cron: '0 2 * * *'\n  class: NightJob\n" };
  expect(await find({ ...LOCK("sidekiq (8.1.7)", "sidekiq-cron (2.3.1)"), ...schedule })).toEqual([]);
});

test("generations that share the Redis, and what that means", async () => {
  await beats(redis, { identity: "a:1:a", version: "8.1.7" });
  await beats(redis, { identity: "b:1:a", version: "7.3.2" });
  await beats(redis, { identity: "c:1:a", version: undefined });

  expect(await find()).toEqual([
    "warning processes Sidekiq 6 and 7 and 8 share this Redis.",
    "warning processes Sidekiq 8.1.2 or newer runs beside one of 7.2.0 to 8.1.1.",
  ]);
});

test("gems whose work TypeScript does not do, by their line", async () => {
  expect(await find(LOCK("sidekiq (7.3.2)", "sidekiq-pro (7.3.2)", "redis-namespace (1.11.0)"))).toEqual([
    "warning Gemfile.lock:8 The app uses redis-namespace 1.11.0.",
    "note Gemfile.lock:6 The app uses sidekiq-pro 7.3.2.",
  ]);
  expect(
    await find({ Gemfile: 'gem "sidekiq"\n# gem "sidekiq-ent"\ngem "sidekiq-scheduler", "~> 5"\n' }),
  ).toEqual(["note Gemfile:3 The app uses sidekiq-scheduler."]);
});

test("the leader of Sidekiq Enterprise", async () => {
  await redis.set("dear-leader", "a:1:a");

  expect(await find()).toEqual(["note dear-leader Sidekiq Enterprise is at work: `a:1:a` is its leader."]);
});

test("a pause that Ruby without Pro does not heed", async () => {
  await beats(redis, { queues: ["mailers"] });
  await redis.sadd("queues", "mailers");
  await redis.sadd("paused", "mailers");

  expect(await find(LOCK("sidekiq (8.1.7)"))).toEqual([
    expect.stringMatching(/^warning queue mailers `mailers` is paused/),
  ]);
  expect(await find(LOCK("sidekiq (8.1.7)", "sidekiq-pro (8.0.0)"))).toEqual([
    expect.stringMatching(/^note Gemfile/),
  ]);
});

test("jobs in flight of the dead: an error where nobody brings them back, else a note", async () => {
  await redis.hset("tsq:owners", "gone:1:a~default~0", "default");
  await redis.hset("tsq:in-flight:gone:1:a~default~0", { "00": '{"class":"A"}', "01": "-", "#0": "7" });

  expect(await find()).toEqual([
    "error in flight 1 job in flight is held by `gone:1:a`, whose heart beats no more.",
  ]);
  await beats(redis, { version: "tsq 0.1.0" });
  expect(await find()).toEqual([expect.stringMatching(/^note in flight 1 job/)]);
});

test("jobs in flight of the dead, beside owners that bear the names of other keys", async () => {
  await redis.lpush("queue:default", "job");
  await redis.hset("tsq:owners", {
    "queue:default": "[]",
    "a:1:x~default~0": "[]",
    "gone:1:a~default~0": "[]",
  });
  await redis.set("tsq:in-flight:a:1:x~default~0", "text");
  await redis.hset("tsq:in-flight:gone:1:a~default~0", { "00": '{"class":"A"}' });

  expect(await find()).toContainEqual(
    expect.stringMatching(/^error in flight 1 job in flight is held by `gone:1:a`/),
  );
});

test("a process that is silent", async () => {
  await beats(redis, { identity: "a:1:a", beat: Date.now() / 1_000 - 45 });

  expect(await find()).toEqual([
    expect.stringMatching(/^warning process a:1:a `a:1:a` was last heard of 4\d s ago/),
  ]);
});

test("another version of the schedule, and what it no longer has", async () => {
  const older = {
    nightly: { cron: "0 3 * * *", class: "NightJob" },
    gone: { cron: "0 1 * * *", class: "GoneJob" },
  };
  await loadFromHash(older, { redis: server.url, removeOthers: true });

  const files = { "config/schedule.yml": "# The nights\nnightly:\n  cron: '0 2 * * *'\n  class: NightJob\n" };
  expect(await find(files)).toEqual([
    "warning config/schedule.yml:2 Redis has another version of `nightly` than this file: `0 3 * * *` of `NightJob`, and here `0 2 * * *` of `NightJob`.",
    "note config/schedule.yml Redis has `gone` from a schedule file, and this one has not.",
  ]);
});
