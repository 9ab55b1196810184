/** What a load of a schedule file removes beside Ruby, and what is said of two versions of a file. */
import { defineJob } from "@tsq/core";
import { CronSchedule } from "@tsq/cron";
import { cron } from "tsq/cron";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { fileOf, NEVER } from "../../support/hurried-cron.ts";
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
afterEach(() => workers.end());
afterAll(() => server.stop());

const job = defineJob("MovedJob", { queue: "ts" }, () => {});
const MOVED = 'moved: {cron: "0 2 * * *", class: MovedJob}\n';
const STAYS = 'stays: {cron: "0 3 * * *", class: MovedJob}\n';
const KEY = "cron_job:default:moved";

const start = (text: string) =>
  workers.start({ jobs: [job], extensions: [cron({ file: fileOf(text), layout: "2.x" })], ...NEVER });
/** As a poll has seen a process of Ruby. */
const withRuby = () => workers.redis.set("tsq:cron:ruby", String(Date.now()), "EX", 60);
const names = async () =>
  (await workers.redis.smembers("cron_jobs:default")).map((key) => key.split(":").at(-1)).toSorted();
const loaded = () => workers.log.filter(({ msg }) => msg === "Cron schedule loaded").at(-1);

describe("beside Ruby an entry that the file has no longer", () => {
  beforeEach(withRuby);

  test("is removed while it is as tsq has written it, switched off or not, and named in the log", async () => {
    await start(MOVED + STAYS);
    await workers.redis.hset(KEY, { status: "disabled", last_enqueue_time: "2030-01-01 09:00:00 +0000" });

    await start(STAYS);

    expect(await names()).toEqual(["stays"]);
    expect(loaded()).toMatchObject({ entries: 1, removed: ["moved"] });
  });

  test("stays when Ruby has loaded it from its own file since, and that is said", async () => {
    await start(MOVED + STAYS);
    // In the spelling of sidekiq-cron up to 1.8, which leaves `source`.
    await workers.redis.hset(KEY, { symbolize_args: "false", date_as_argument: "false" });

    await start(STAYS);

    expect(await names()).toEqual(["moved", "stays"]);
    expect(workers.log).toContainEqual(
      expect.objectContaining({
        msg: expect.stringContaining("tsq has not written them last"),
        entries: ["moved"],
      }),
    );
  });

  test("stays when it has always been Ruby's", async () => {
    await workers.redis.sadd("cron_jobs:default", "cron_job:default:rubys");
    await workers.redis.hset("cron_job:default:rubys", { name: "rubys", klass: "A", source: "schedule" });

    await start(STAYS);

    expect(await names()).toEqual(["rubys", "stays"]);
  });

  test("stays for `removeOthers` of a program too, and is in its answer", async () => {
    await start(MOVED);
    await workers.redis.hset(KEY, "message", "{}");
    await using schedule = new CronSchedule({ redis: server.url });

    const done = await schedule.load({ stays: { cron: "@daily", class: "A" } }, { removeOthers: true });

    expect(done).toMatchObject({ loaded: ["stays"], removed: [], left: ["moved"] });
  });
});

test("what tsq has left in the keys of 2.x is removed by a load into those of 1.x, which Ruby uses by then", async () => {
  await start(MOVED + STAYS);
  await withRuby();
  const file = fileOf(STAYS);

  await workers.start({ jobs: [job], extensions: [cron({ file, layout: "1.x" })], ...NEVER });

  expect(await workers.redis.smembers("cron_jobs")).toEqual(["cron_job:stays"]);
  expect(await workers.redis.exists("cron_jobs:default")).toBe(0);
});

test("without Ruby it is removed, whoever wrote it", async () => {
  await workers.redis.sadd("cron_jobs:default", "cron_job:default:rubys");
  await workers.redis.hset("cron_job:default:rubys", { name: "rubys", klass: "A", source: "schedule" });

  await start(STAYS);

  expect(await names()).toEqual(["stays"]);
});

test("it is removed with a namespace that the file no longer names", async () => {
  await start(`away: {cron: "0 2 * * *", class: MovedJob, namespace: billing}\n${STAYS}`);

  await start(STAYS);

  expect(await workers.redis.exists("cron_job:billing:away", "cron_jobs:billing")).toBe(0);
});

test("what another program has loaded stays, whose schedule is in a namespace of its own", async () => {
  await using other = new CronSchedule({ redis: server.url, namespaces: ["other"], layout: "2.x" });
  await other.load({ theirs: { cron: "@daily", class: "A", namespace: "default" } }, { removeOthers: true });

  await start(STAYS);

  expect(await names()).toEqual(["stays", "theirs"]);
});

describe("two versions of a file", () => {
  const TAKEN = expect.stringContaining("takes back what another process has loaded");

  test("are told of when the older one is loaded after the newer, by what it takes back", async () => {
    const newer = await start(
      'both: {cron: "0 5 * * *", class: MovedJob}\nnew: {cron: "0 3 * * *", class: MovedJob}\n',
    );

    await start('both: {cron: "0 4 * * *", class: MovedJob}\n');

    const line = workers.log.find(({ msg }) => msg?.includes("takes back"));
    expect(line).toMatchObject({ level: 40, entries: ["both", "new"], by: [newer.identity] });
  });

  test("are not told of where one process knows the class and another does not", async () => {
    await using program = new CronSchedule({ redis: server.url, layout: "2.x" });
    await program.load({ moved: { cron: "0 2 * * *", class: "MovedJob" } }, { removeOthers: true });

    await start(MOVED);

    expect(await workers.redis.hget(KEY, "message")).toContain('"queue":"ts"');
    expect(workers.log).not.toContainEqual(expect.objectContaining({ msg: TAKEN }));
  });

  test("and when it brings back what the newer has removed", async () => {
    await start(MOVED);
    await start(STAYS);
    workers.log.length = 0;

    await start(MOVED + STAYS);

    expect(workers.log).toContainEqual(expect.objectContaining({ msg: TAKEN, entries: ["moved"] }));
  });

  test("are not told of when the other process has gone, nor after ten minutes, nor of the same file", async () => {
    const first = await start(MOVED);
    await first.stop();
    await start(STAYS);
    await start(STAYS);
    const text = (await workers.redis.hget("tsq:cron:written", "cron_job:default:stays")) ?? "";
    const old = { ...(JSON.parse(text) as object), at: Date.now() - 601_000 };
    await workers.redis.hset("tsq:cron:written", "cron_job:default:stays", JSON.stringify(old));

    await start('stays: {cron: "0 4 * * *", class: MovedJob}\n');

    expect(workers.log).not.toContainEqual(expect.objectContaining({ msg: TAKEN }));
  });
});

test("what is kept of an entry that somebody has deleted goes with a later load", async () => {
  await start(MOVED);
  const old = JSON.stringify({
    at: 1,
    digest: "a",
    asked: "a",
    of: "default",
    namespace: "default",
    by: "x",
  });
  await workers.redis.hset("tsq:cron:written", "cron_job:default:gone", old);

  await start(MOVED);

  expect(await workers.redis.hkeys("tsq:cron:written")).toEqual([KEY]);
});
