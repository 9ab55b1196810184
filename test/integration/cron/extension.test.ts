/** A worker with `cron()`: loads its schedule at the start, fires it, and leaves alone what others have made. */
import { defineJob } from "@tsq/core";
import { cron, defineCron } from "tsq/cron";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { eventually } from "../../support/eventually.ts";
import { saveCron } from "../../support/cron.ts";
import { fileOf, hurriedCron, NEVER, OFTEN } from "../../support/hurried-cron.ts";
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

const job = defineJob("NightlyJob", { queue: "reports", retry: 2 }, () => {});

describe("at its start a worker", () => {
  test("writes the entries of its file, with ERB, as sidekiq-cron writes them", async () => {
    const file = fileOf(`
nightly:
  cron: "0 <%= 1 + 1 %> * * *"
  class: NightlyJob
  args: [7, {a: 1}]
  description: Reports
'weekly report':
  cron: 0 2 * * 0
  klass: WeeklyWorker
  queue: low
  status: disabled
  tz: Europe/Berlin
`);

    await workers.start({ jobs: [job], extensions: [cron({ file, layout: "2.x" })] });

    expect((await workers.redis.smembers("cron_jobs:default")).toSorted()).toEqual([
      "cron_job:default:nightly",
      "cron_job:default:weekly report",
    ]);
    expect(await workers.redis.hgetall("cron_job:default:nightly")).toEqual({
      name: "nightly",
      namespace: "default",
      klass: "NightlyJob",
      cron: "0 2 * * *",
      description: "Reports",
      source: "schedule",
      args: '[7,{"a":1}]',
      date_as_argument: "0",
      message: '{"retry":2,"queue":"reports","class":"NightlyJob","args":[7,{"a":1}]}',
      active_job: "0",
      queue_name_prefix: "",
      queue_name_delimiter: "",
      retry: "2",
      symbolize_args: "0",
      status: "enabled",
      last_enqueue_time: "",
    });
    expect(await workers.redis.hgetall("cron_job:default:weekly report")).toMatchObject({
      cron: "0 2 * * 0 Europe/Berlin",
      klass: "WeeklyWorker",
      message: '{"queue":"low","class":"WeeklyWorker","args":[]}',
      status: "disabled",
      retry: "",
    });
  });

  test("removes what an earlier file had, and nothing that others have made", async () => {
    const at = "2030-01-01T08:59:00Z";
    const options = { cron: "0 0 * * *", class: "OldJob" };
    await saveCron(workers.redis, "old", options, { at, source: "schedule" });
    await saveCron(workers.redis, "by hand", options, { at });

    await workers.start({
      jobs: [job],
      extensions: [cron({ file: fileOf("new: {cron: '@daily', class: NightlyJob}") })],
    });

    expect((await workers.redis.smembers("cron_jobs:default")).toSorted()).toEqual([
      "cron_job:default:by hand",
      "cron_job:default:new",
    ]);
    expect(await workers.redis.keys("cron_job:default:old*")).toEqual([]);
  });

  test("leaves the status and the last time of an entry alone", async () => {
    const key = await saveCron(
      workers.redis,
      "nightly",
      { cron: "0 1 * * *", class: "NightlyJob" },
      { at: "2030-01-01T08:59:00Z", source: "schedule" },
    );
    await workers.redis.hset(key, { status: "disabled", last_enqueue_time: "2029-12-31 01:00:05 +0000" });

    await workers.start({
      jobs: [job],
      extensions: [cron({ file: fileOf("nightly: {cron: '0 2 * * *', class: NightlyJob}") })],
    });

    expect(await workers.redis.hmget(key, "cron", "status", "last_enqueue_time")).toEqual([
      "0 2 * * *",
      "disabled",
      "2029-12-31 01:00:05 +0000",
    ]);
  });

  test("tells each entry that is wrong with file, line, entry, key and the nearest, and loads the others", async () => {
    const file = fileOf(`good: {cron: "0 2 * * *", class: NightlyJob}
typo:
  cron: "0 2 * * *"
  class: NightlyJob
  quue: low
never: {cron: "0 0 30 2 *", class: NightlyJob}
nothing: {cron: "0 2 * * *"}
status: {cron: "0 2 * * *", class: A, status: on}
`);

    await workers.start({ jobs: [job], extensions: [cron({ file })] });

    const messages = workers.errors.map(({ error }) => (error as Error).message);
    expect(await workers.redis.smembers("cron_jobs:default")).toEqual(["cron_job:default:good"]);
    expect(messages).toHaveLength(4);
    expect(messages[0]).toBe(
      `${file}:5: Expected options of the cron entry \`typo\` that tsq knows, got \`quue\`. Did you mean \`queue\`?`,
    );
    expect(messages[1]).toContain(`${file}:6: In the cron entry \`never\`: `);
    expect(messages[2]).toBe(
      `${file}:7: Expected \`class\` of the cron entry \`nothing\` to be the name of a class, got nothing. Write \`class: HardJob\`.`,
    );
    expect(messages[3]).toContain(
      "`status` of the cron entry `status` to be `enabled` or `disabled`, got `true`",
    );
  });

  test("warns of what the words of an entry say and nobody hears", async () => {
    const file = fileOf(`
both: {cron: every day at 16:30 and 18:15, class: NightlyJob, tz: Asia/Tokyo}
one: {cron: every day at 16:30, class: NightlyJob}
`);

    await workers.start({ jobs: [job], extensions: [cron({ file })], ...NEVER });

    expect(workers.log.filter(({ level }) => level === 40)).toMatchObject([
      { entry: "both", leftOut: ["18:15"], msg: expect.stringContaining("fires less often") as string },
    ]);
  });

  test("writes its entries in the keys of 1.x where those are in use", async () => {
    await saveCron(
      workers.redis,
      "ruby",
      { cron: "0 0 * * *", class: "OldJob" },
      { at: "2030-01-01T08:59:00Z", version: 1 },
    );

    const nightly = defineCron("nightly", { cron: "0 2 * * *", class: job, date_as_argument: true });
    await workers.start({ jobs: [job], extensions: [cron({ entries: [nightly] })] });

    expect((await workers.redis.smembers("cron_jobs")).toSorted()).toEqual([
      "cron_job:nightly",
      "cron_job:ruby",
    ]);
    expect(await workers.redis.hgetall("cron_job:nightly")).toMatchObject({
      klass: "NightlyJob",
      source: "dynamic",
      date_as_argument: "1",
      active_job: "0",
    });
    expect(await workers.redis.hexists("cron_job:nightly", "namespace")).toBe(0);
    // Up to 1.12 some take any text for yes.
    expect(await workers.redis.hexists("cron_job:ruby", "date_as_argument")).toBe(0);
  });
});

test("an entry whose key is of another type is told with its remedy, and keeps no other from firing", async () => {
  await workers.redis.set("cron_job:default:bad", "x");
  await saveCron(
    workers.redis,
    "good",
    { cron: "* * * * *", class: "GoodJob" },
    { at: "2030-01-01T08:59:00Z" },
  );
  const ran: string[] = [];
  const good = defineJob("GoodJob", () => void ran.push("good"));
  const entries = ["bad", "good"].map((name) => defineCron(name, { cron: "* * * * *", class: good }));

  await workers.start({ jobs: [good], extensions: [hurriedCron({ entries })], ...OFTEN });

  await eventually(() => expect(ran).toEqual(["good"]));
  const messages = workers.errors.map(({ error }) => (error as Error).message);
  expect(messages).toHaveLength(1);
  expect(messages[0]).toMatch(/the cron entry `bad` .*Delete or rename the key that is in the way/);
});

describe("a schedule that is none is refused when the worker is made", () => {
  test.for([
    ["- a\n  b: [", "This is not YAML"],
    ["", "Expected the file to hold the entries of a schedule by their names, got nothing"],
    ["<%= system('x') %>", "schedule.yml:1: "],
  ])("%j", async ([text, message]) => {
    const file = fileOf(text as string);

    await expect(workers.start({ jobs: [job], extensions: [cron({ file })] })).rejects.toThrow(message);
  });

  test("because the file is not there", async () => {
    await expect(
      workers.start({ jobs: [job], extensions: [cron({ file: "/none/schedule.yml" })] }),
    ).rejects.toThrow(
      "There is no schedule file `/none/schedule.yml`. Correct `cron_schedule_file`, or the path that names it.",
    );
  });
});

describe("a running worker", () => {
  test("fires what is due, and its jobs run", async () => {
    const ran: unknown[] = [];
    const tick = defineJob("TickJob", (_job, ...args: unknown[]) => void ran.push(args));
    await saveCron(
      workers.redis,
      "tick",
      { cron: "* * * * *", class: "TickJob", args: [1] },
      { at: "2030-01-01T08:59:00Z" },
    );

    await workers.start({ jobs: [tick], extensions: [hurriedCron({})], ...OFTEN });

    await eventually(() => expect(ran).toEqual([[1]]));
    const first = expect.objectContaining({
      level: 30,
      entries: 1,
      msg: expect.stringContaining("Fires the cron entries of this Redis"),
    });
    await eventually(() => expect(workers.log).toContainEqual(first));
  });

  test("warns of a class that no process can run", async () => {
    const lost = defineCron("lost", { cron: "0 2 * * *", class: "LostJob", queue: "default" });

    await workers.start({
      jobs: [job],
      extensions: [hurriedCron({ entries: [lost] })],
      ...OFTEN,
    });

    await eventually(() =>
      expect(workers.log.filter(({ level }) => level === 40)).toMatchObject([
        {
          entry: "lost",
          class: "LostJob",
          msg: expect.stringContaining("No process can run the class") as string,
        },
      ]),
    );
  });

  test("says nothing of such a class at its first look: others may be starting with it", async () => {
    const lost = defineCron("lost", { cron: "0 2 * * *", class: "LostJob", queue: "default" });
    await workers.redis.sadd("cron_jobs:crm", "cron_job:crm:other");

    const once = { cronPollInterval: 3_600 };
    await workers.start({ jobs: [job], extensions: [hurriedCron({ entries: [lost] })], ...once });

    // The last line of a first look.
    await eventually(() =>
      expect(workers.messages()).toContainEqual(expect.stringContaining("namespaces do not fire here")),
    );
    expect(workers.messages(40)).toEqual([]);
  });

  test("does not look at the schedule with an interval of 0", async () => {
    await saveCron(
      workers.redis,
      "tick",
      { cron: "* * * * *", class: "NightlyJob" },
      { at: "2030-01-01T08:59:00Z" },
    );

    await workers.start({ jobs: [job], extensions: [hurriedCron({})], ...NEVER });

    await eventually(async () => expect(await workers.redis.scard("processes")).toBe(1));
    expect(await workers.redis.exists("tsq:cron:polled")).toBe(0);
  });
});
