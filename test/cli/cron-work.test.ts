/** The cron schedule of `tsq work`: which file it loads, and what it does with one that it cannot read. */
import type { Redis } from "ioredis";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { saveCron } from "../support/cron.ts";
import { startRedis, type TestRedis } from "../support/redis.ts";
import { application, startTsqCommand, tsq } from "../support/tsq-command.ts";

let server: TestRedis;
let redis: Redis;
beforeAll(async () => {
  server = await startRedis();
  redis = server.client({ replyMapping: "legacy" });
});
afterAll(() => server.stop());
beforeEach(() => redis.flushdb());

const AT = "2030-01-01T08:59:00Z";
const saveOfSchedule = (name: string) =>
  saveCron(
    redis,
    name,
    { cron: "0 2 * * *", class: "NightlyJob", tz: "UTC" },
    { at: AT, source: "schedule" },
  );

test("tsq work loads config/schedule.yml, as sidekiq-cron does", async () => {
  const cwd = application({
    "jobs.mjs":
      'import { defineJob } from "tsq";\nexport const a = defineJob("NightlyJob", { retry: 3 }, () => {});\n',
    "config/schedule.yml": 'nightly: {cron: "0 2 * * *", class: NightlyJob}\n',
    "config/sidekiq.yml": "cron_poll_interval: 20\n",
  });

  const command = startTsqCommand(["work"], { cwd, env: { REDIS_URL: server.url } });

  const line = await command.logged("Cron schedule loaded");
  expect(line).toMatchObject({ file: "config/schedule.yml", entries: 1, extension: "cron" });
  expect(await redis.hget("cron_job:default:nightly", "message")).toBe(
    '{"retry":3,"queue":"default","class":"NightlyJob","args":[]}',
  );
  await command.logged(/^Ready/);
  // But that a busy machine answers a beat slowly.
  const told = command.log().filter((line) => line.level >= 40 && line["rttUs"] === undefined);
  expect(told).toEqual([]);
});

describe("tsq work in the folder of a Rails application", () => {
  const JOBS = {
    "jobs.mjs": 'import { defineJob } from "tsq";\nexport const a = defineJob("NightlyJob", () => {});\n',
  };

  test.each([
    [
      "of ERB that only Rails can run",
      "a:\n  cron: \"<%= Rails.env.production? ? '0 8 * * *' : '@daily' %>\"\n",
    ],
    ["of comments", "# nothing yet\n"],
    ["of broken YAML", "a: {cron: '0 8 * * *'\n"],
  ])("starts beside a schedule file %s, says so, and removes nothing", async (_, text) => {
    await saveOfSchedule("of earlier");
    const cwd = application({ ...JOBS, "config/schedule.yml": text });

    const command = startTsqCommand(["work"], { cwd, env: { REDIS_URL: server.url } });

    await command.logged(/^Ready/);
    const told = command.log().filter(({ level }) => level >= 40);
    expect(told).toHaveLength(1);
    expect(JSON.stringify(told)).toContain("config/schedule.yml:");
    expect(JSON.stringify(told)).toContain("cron_schedule_file: false");
    expect(await redis.smembers("cron_jobs:default")).toEqual(["cron_job:default:of earlier"]);
  });

  test("leaves a schedule file alone with `cron_schedule_file: false`", async () => {
    await saveOfSchedule("of earlier");
    const cwd = application({
      ...JOBS,
      "config/schedule.yml": "# nothing yet\n",
      "config/sidekiq.yml": "cron_schedule_file: false\n",
    });

    const command = startTsqCommand(["work"], { cwd, env: { REDIS_URL: server.url } });

    await command.logged(/^Ready/);
    expect(command.log().filter(({ level }) => level >= 40)).toEqual([]);
    expect(await redis.smembers("cron_jobs:default")).toEqual(["cron_job:default:of earlier"]);
  });
});

const LAID_OUT = {
  "jobs.mjs": 'import { defineJob } from "tsq";\nexport const a = defineJob("NightlyJob", () => {});\n',
  "config/schedule.yml": 'nightly: {cron: "0 2 * * *", class: NightlyJob}\n',
};

test("tsq work writes its schedule in the keys that `cron_layout` names", async () => {
  const cwd = application({ ...LAID_OUT, "config/sidekiq.yml": "cron_layout: 1\n" });

  const command = startTsqCommand(["work"], { cwd, env: { REDIS_URL: server.url } });

  await command.logged("Cron schedule loaded");
  expect(await redis.keys("cron_jobs*")).toEqual(["cron_jobs"]);
});

test.each([
  ["config/schedule.yaml", {}],
  ["config/cron.yaml", { "config/sidekiq.yml": "cron_schedule_file: config/cron.yml\n" }],
])("tsq work loads %s where there is no .yml, as sidekiq-cron 2 does", async (path, more) => {
  const { "config/schedule.yml": schedule, ...others } = LAID_OUT;
  const cwd = application({ ...others, ...more, [path]: schedule });

  const command = startTsqCommand(["work"], { cwd, env: { REDIS_URL: server.url } });

  expect(await command.logged("Cron schedule loaded")).toMatchObject({ file: path, entries: 1 });
});

test("tsq work refuses a `cron_layout` of no version, with its line", async () => {
  const cwd = application({ ...LAID_OUT, "config/sidekiq.yml": "concurrency: 1\ncron_layout: 3\n" });

  const { code, stderr } = await tsq(["work"], { cwd, env: { REDIS_URL: server.url } });

  expect(code).toBe(1);
  expect(stderr).toContain(
    "config/sidekiq.yml:2: Expected `cron_layout` to be `1` or `2`, got `3`. Leave it out to go by what is there.",
  );
});

test("tsq work refuses a schedule file that is named and not there", async () => {
  const cwd = application({
    "jobs.mjs": 'import { defineJob } from "tsq";\nexport const a = defineJob("AJob", () => {});\n',
    "config/sidekiq.yml": "cron_schedule_file: config/cron.yml\n",
  });

  const { code, stderr } = await tsq(["work"], { cwd, env: { REDIS_URL: server.url } });

  expect(code).toBe(1);
  expect(stderr).toContain("There is no schedule file `config/cron.yml`.");
});
