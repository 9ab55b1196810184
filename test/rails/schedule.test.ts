/** config/schedule.yml of examples/rails: Sidekiq loads it, tsq shows it, and either fires it, each instant once. */
import { Redis } from "ioredis";
import { describe, expect, onTestFinished, test } from "vitest";
import { cronPoller } from "../support/cron.ts";
import { eventually } from "../support/eventually.ts";
import { queuedTexts } from "../support/jobs-in-redis.ts";
import { railsCheckout } from "../support/rails-checkout.ts";
import { runExample } from "../support/rails-example.ts";

const TSQ = "../../node_modules/.bin/tsq";

interface Listed {
  readonly name: string;
  readonly class: string;
  readonly status: string;
  readonly next_at: string;
}

const { code } = await runExample(["--missing"], 60_000);

// Where it is skipped, the tests beside this one say why.
describe.skipIf(code !== 0)("the schedule of the Rails example", () => {
  test("is loaded by Ruby, shown by tsq, and each instant is fired once, by whoever looks first", async () => {
    const app = await railsCheckout();
    const redis = new Redis(app.redisUrl);
    onTestFinished(() => redis.disconnect());
    await app.run("bin/rails db:schema:load && bin/rails runner script/seed.rb");
    const sidekiq = await app.start(["sidekiq -C config/sidekiq.yml", /crm: sidekiq is up/]);

    const entries = JSON.parse(await app.run(`${TSQ} cron list --json`)) as readonly Listed[];
    const nextOf = (name: string): Date =>
      new Date(entries.find((entry) => entry.name === name)?.next_at ?? Number.NaN);

    // By the clocks of Ho Chi Minh City, seven hours ahead of UTC all year.
    expect(
      entries.map(({ name, class: of, next_at: next }) => [name, of, next.slice(11, 16), dayOf(next)]),
    ).toEqual([
      ["daily_digest", "SendEmailJob", "01:00", expect.any(Number)],
      ["weekday_news", "BulkNotifyJob", "02:00", expect.any(Number)],
      ["weekly_repair", "RetryDeadJobsJob", "19:00", 6],
    ]);
    expect(dayOf(entries[1]?.next_at ?? "")).toBeOneOf([1, 2, 3, 4, 5]);

    // Seconds after an instant, by the clock that each is given.
    const after = (name: string, seconds: number): string =>
      new Date(nextOf(name).getTime() + seconds * 1_000).toISOString();
    const { poll, told } = cronPoller(redis);
    const rubyPolls = (at: string) =>
      app.run(
        `bin/rails runner 'Sidekiq::Cron::Job.all.each { |job| job.test_and_enque_for_time!(Time.parse("${at}").utc) }'`,
      );

    expect(await poll(after("daily_digest", 5))).toBe(1);
    await rubyPolls(after("daily_digest", 30));
    await eventually(() => expect(sidekiq()).toMatch(/ActionMailer::MailDeliveryJob.*INFO: done/), {
      timeoutMs: 60_000,
    });
    expect(await redis.llen("cron_job:daily_digest:jid_history")).toBe(1);

    await rubyPolls(after("weekday_news", 5));
    await rubyPolls(after("weekly_repair", 5));
    expect(await poll(after("weekday_news", 30))).toBe(0);
    expect(await poll(after("weekly_repair", 30))).toBe(0);
    const waiting = (await queuedTexts(redis, "ts_low")).map(
      (text) => JSON.parse(text) as { class: string; wrapped?: string },
    );
    expect(waiting.map((job) => job.wrapped ?? job.class).toSorted()).toEqual([
      "BulkNotifyJob",
      "RetryDeadJobsJob",
    ]);
    expect(told.failures).toEqual([]);

    // What Ruby has fired, TypeScript runs.
    const tsq = await app.start([`${TSQ} work -C config/tsq.yml -r workers/jobs.ts`, /Ready; stop with/]);
    await eventually(() => expect(tsq()).toMatch(/"class":"BulkNotifyJob".*"msg":"done"/));
    await eventually(() => expect(tsq()).toMatch(/"class":"RetryDeadJobsJob".*"msg":"done"/));
    const again = JSON.parse(await app.run(`${TSQ} cron list --json`)) as readonly Listed[];
    expect(again.map(({ name, status }) => [name, status])).toEqual(
      entries.map(({ name }) => [name, "enabled"]),
    );
  });
});

/** 0 is Sunday. */
const dayOf = (time: string): number => new Date(time).getUTCDay();
