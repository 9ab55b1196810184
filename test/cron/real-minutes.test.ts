/**
 * A mixed fleet in real time: two processes of Ruby with sidekiq-cron and two of `tsq work`, as they are run in production.
 * Four minutes of an entry that fires each minute, one that fires each half minute, and one that only TypeScript can run.
 */
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Redis } from "ioredis";
import { saveCron } from "../support/cron.ts";
import { eventually } from "../support/eventually.ts";
import { startRedis, type TestRedis } from "../support/redis.ts";
import { hasSidekiqCron } from "../support/ruby-cron.ts";
import { rubies } from "../support/ruby.ts";
import { application, startTsqCommand } from "../support/tsq-command.ts";

const MINUTES = Number(process.env["TSQ_CRON_MINUTES"] ?? 4);
const MINUTE_MS = 60_000;

const ruby = rubies().find(({ generation }) => generation === 6);
let server: TestRedis;
let redis: Redis;
beforeAll(async () => {
  server = await startRedis({ backend: "native" });
  redis = server.client({ replyMapping: "legacy" });
});
afterAll(async () => {
  await ruby?.stopAll();
  await server.stop();
});

const FILES = {
  "jobs.mjs":
    'import { defineJob } from "tsq";\nexport const a = defineJob("TsqJob", { queue: "tsq" }, () => {});\n',
  "config/sidekiq.yml": "cron_poll_interval: 5\n:queues: [nothing]\n",
};

test.runIf(ruby)("each minute fires once, by whoever looks first", { timeout: 480_000 }, async ({ skip }) => {
  if (!ruby || !(await hasSidekiqCron(ruby, server.url))) {
    skip("ruby-sidekiq-cron is not installed");
    return;
  }
  const made = new Date().toISOString();
  const entries = { minutely: "* * * * * UTC", "half minutely": "*/30 * * * * * UTC", ours: "* * * * * UTC" };
  for (const [name, cron] of Object.entries(entries)) {
    const options = {
      cron,
      class: name === "ours" ? "TsqJob" : "RubyCronJob",
      queue: name.replace(" ", "_"),
      // Else those of Ruby's class would be left to Ruby.
      active_job: false,
    };
    await saveCron(redis, name, options, { at: made, version: 1 });
  }
  const cron = 'Sidekiq.options[:cron_poll_interval] = 5\nrequire "sidekiq-cron"';
  for (let i = 0; i < 2; i++) {
    await ruby.startWorker({ redisUrl: server.url, queues: ["nothing"], ruby: cron });
    startTsqCommand(["work"], { cwd: application(FILES), env: { REDIS_URL: server.url } });
  }
  // Their first look is 10 to 15 s after the start.
  await eventually(async () => expect(await redis.exists("tsq:cron:polled")).toBe(1), { timeoutMs: 60_000 });
  const from = Math.ceil((Date.now() + 20_000) / MINUTE_MS) * MINUTE_MS;
  const until = from + MINUTES * MINUTE_MS;

  await eventually(() => expect(Date.now()).toBeGreaterThan(until + 20_000), {
    timeoutMs: (MINUTES + 3) * MINUTE_MS,
    everyMs: 500,
  });

  const ticksOf = async (name: string): Promise<string[]> =>
    (await redis.zrange(`cron_job:${name}:enqueued`, "0", "-1")).filter((tick) => {
      const ms = Date.parse(tick);
      return ms >= from && ms < until;
    });
  const minutes = Array.from({ length: MINUTES }, (_, i) =>
    new Date(from + i * MINUTE_MS).toISOString().slice(0, 16),
  );
  for (const name of ["minutely", "ours"]) {
    expect((await ticksOf(name)).map((tick) => tick.slice(0, 16))).toEqual(minutes);
    // As many jobs as instants, from the first that fired on.
    const fired = (await redis.zcard(`cron_job:${name}:enqueued`)) - 1;
    expect(await redis.llen(`queue:${name}`)).toBe(fired);
  }
  expect(await redis.llen("queue:half_minutely")).toBe(
    (await redis.zcard("cron_job:half minutely:enqueued")) - 1,
  );
  expect((await ticksOf("half minutely")).length).toBeGreaterThan(MINUTES);
  expect(await redis.zrange("tsq:cron:missed", "0", "-1", "WITHSCORES")).toEqual([]);
  await eventually(async () => expect(await redis.hgetall("tsq:cron:claims")).toEqual({}));
});
