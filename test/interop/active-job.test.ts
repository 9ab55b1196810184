/** Jobs of ActiveJob between real Rubies and tsq: enqueued in one language and run in the other, and retried in turns. */
import { beforeAll, expect, test } from "vitest";
import { activeJob, defineActiveJob, defineMailerJob, kwargs, performAllLater } from "tsq";
import type { ActiveJobContext } from "tsq";
import { ACTIVE_JOBS } from "../support/active-job-classes.ts";
import { eventually } from "../support/eventually.ts";
import { describeInterop } from "../support/shared-redis.ts";
import type { SharedRedis } from "../support/shared-redis.ts";

class ArgumentError extends Error {}

/** What Ruby's jobs have said of their runs, once it is so many. */
const noted = (shared: SharedRedis, count: number): Promise<readonly Readonly<Record<string, unknown>>[]> =>
  eventually(async () => {
    const lines = await shared.redis.lrange("interop:done", 0, -1);
    expect(lines).toHaveLength(count);
    return lines.map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>);
  });

const WRAPPERS = {
  6: "ActiveJob::QueueAdapters::SidekiqAdapter::JobWrapper",
  7: "ActiveJob::QueueAdapters::SidekiqAdapter::JobWrapper",
  8: "Sidekiq::ActiveJob::Wrapper",
} as const;

describeInterop("a job of ActiveJob", (shared) => {
  beforeAll(async () => {
    await shared.eval(ACTIVE_JOBS);
    await shared.startRuby({ queues: ["ruby"], ruby: ACTIVE_JOBS });
  });

  test("that Ruby enqueues runs here, at once, later and with keyword arguments", async () => {
    const ran: unknown[] = [];
    const job = defineActiveJob(
      "EchoAj",
      ({ executions, priority, locale, timezone, queue }, ...args: unknown[]) => {
        ran.push({ args, executions, priority, locale, timezone, queue });
      },
    );
    await using _worker = await shared.startTsq({ jobs: [job], queues: ["ts"] });

    await shared.eval(`
      EchoAj.set(queue: "ts").perform_later(7, "a", {"b" => 1})
      EchoAj.set(queue: "ts", priority: 3).perform_later(8, key: "word")
      EchoAj.set(queue: "ts", wait_until: Time.at(4_102_444_800)).perform_later(9)
    `);
    await eventually(async () => expect(await shared.redis.zcard("schedule")).toBe(1));
    await shared.makeDue("schedule");

    const seen = { executions: 1, priority: null, locale: "en", timezone: "Hanoi", queue: "ts" };
    await eventually(() => expect(ran).toHaveLength(3));
    expect(ran).toContainEqual({ ...seen, args: [7, "a", { b: 1 }] });
    expect(ran).toContainEqual({ ...seen, args: [8, { key: "word" }], priority: 3 });
    expect(ran).toContainEqual({ ...seen, args: [9] });
  });

  test("that is enqueued here runs in Ruby, at once, later and with keyword arguments", async () => {
    const client = shared.newClient();
    const echo = activeJob<unknown[]>("EchoAj", { client, queue: "ruby", timezone: "Hanoi", locale: "en" });
    const strict = activeJob<[contactId: number, template: string]>("StrictAj", { client, queue: "ruby" });

    const jid = await echo.set({ priority: 5 }).performLater(7, "a", kwargs({ b: 1 }));
    const [plain] = await noted(shared, 1);
    await strict.performLater(8, "tpl", kwargs({ params: { c: null } }));
    await noted(shared, 2);
    await echo.set({ waitUntil: new Date("2100-01-01") }).performLater(9);
    await shared.makeDue("schedule");

    expect(plain).toMatchObject({ jid, args: [7, "a"], keywords: { b: 1 }, queue: "ruby" });
    expect(plain).toMatchObject({ priority: 5, executions: 1, exception_executions: {}, timezone: "Hanoi" });
    const all = await noted(shared, 3);
    expect(all.map(({ args }) => args)).toEqual([[7, "a"], [8, "tpl", { c: null }, 1], [9]]);
    expect(await shared.redis.zcard("retry")).toBe(0);
  });

  test("that is enqueued here with many others runs in Ruby, each once", async () => {
    const client = shared.newClient();
    const echo = activeJob<[number]>("EchoAj", { client, queue: "ruby" });

    const count = await performAllLater(Array.from({ length: 30 }, (_, n) => echo.with(n)));

    expect(count).toBe(30);
    const all = await noted(shared, 30);
    expect(all.flatMap(({ args }) => args).toSorted((one, other) => Number(one) - Number(other))).toEqual(
      Array.from({ length: 30 }, (_, n) => n),
    );
    expect(new Set(all.map(({ job_id }) => job_id)).size).toBe(30);
  });

  test("is enqueued in the wrapper of the Ruby that is alive, and Ruby's API shows its class", async () => {
    const client = shared.newClient();

    await activeJob("EchoAj", { client, queue: "nobody", tags: ["x"] }).performLater();

    const [text] = await shared.redis.lrange("queue:nobody", 0, -1);
    expect(JSON.parse(text ?? "")).toMatchObject({
      class: WRAPPERS[shared.ruby.generation],
      wrapped: "EchoAj",
    });
    expect(await shared.eval(`Sidekiq::Queue.new("nobody").map(&:display_class)`)).toEqual(["EchoAj"]);
  });

  test("is retried by both in turns, its counts going on, and then by Sidekiq", async () => {
    const client = shared.newClient();
    const seen: Readonly<Record<string, unknown>>[] = [];
    const job = defineActiveJob(
      "ChainAj",
      { retryOn: [{ error: ArgumentError, wait: 0, attempts: 5, queue: "ruby" }] },
      (running: ActiveJobContext, ...args: unknown[]) => {
        const { jid, jobId, executions, exceptionExecutions } = running;
        seen.push({
          by: "ts",
          jid,
          job_id: jobId,
          executions,
          exception_executions: { ...exceptionExecutions },
          args,
        });
        throw new ArgumentError("tsq says no");
      },
    );
    await using _worker = await shared.startTsq({ jobs: [job], queues: ["ts"] });

    const first = await activeJob<unknown[]>("ChainAj", { client, queue: "ruby" }).performLater(1.5, "x");

    const failed = await eventually(async () => {
      const [text] = await shared.redis.zrange("retry", "0", "-1");
      expect(text).toBeDefined();
      return JSON.parse(text ?? "") as Readonly<Record<string, unknown>>;
    });
    const inRuby = await noted(shared, 3);
    const runs = [inRuby[0], seen[0], inRuby[1], seen[1], inRuby[2]];
    expect(seen).toHaveLength(2);
    const ids = new Set(runs.map((run) => run?.["job_id"]));
    expect(ids.size).toBe(1);
    expect(runs.map((run) => run?.["by"])).toEqual(["ruby", "ts", "ruby", "ts", "ruby"]);
    expect(runs.map((run) => run?.["executions"])).toEqual([1, 2, 3, 4, 5]);
    expect(
      runs.map(
        (run) => (run?.["exception_executions"] as Record<string, number> | undefined)?.["[ArgumentError]"],
      ),
    ).toEqual([undefined, 1, 2, 3, 4]);
    expect(runs.map((run) => run?.["args"])).toEqual(Array.from({ length: 5 }, () => [1.5, "x"]));
    expect(runs[0]?.["jid"]).toBe(first);
    expect(new Set(runs.map((run) => run?.["jid"])).size).toBe(5);
    expect(failed).toMatchObject({ wrapped: "ChainAj", jid: runs[4]?.["jid"], error_class: "ArgumentError" });
    expect(failed["args"]).toMatchObject([{ executions: 4, provider_job_id: runs[3]?.["jid"] }]);
  });

  test("is discarded in either language, and is in no set then", async () => {
    const client = shared.newClient();
    const told: unknown[] = [];
    const job = defineActiveJob(
      "DiscardAj",
      { discardOn: [{ error: "IOError", with: (_, error) => void told.push((error as Error).message) }] },
      () => {
        throw Object.assign(new Error("gone"), { name: "IOError" });
      },
    );
    await using _worker = await shared.startTsq({ jobs: [job], queues: ["ts"] });

    await shared.eval(`DiscardAj.set(queue: "ts").perform_later`);
    await activeJob("DiscardAj", { client, queue: "ruby" }).performLater();

    expect(await noted(shared, 1)).toMatchObject([{ discarded: "gone" }]);
    await eventually(() => expect(told).toEqual(["gone"]));
    await eventually(async () => expect(await shared.redis.exists("retry", "dead", "schedule")).toBe(0));
  });

  test("that is a mail is delivered by either language", async ({ skip }) => {
    const hasMailer = await shared.eval<boolean>(`defined?(UserMailer) ? true : false`);
    if (!hasMailer) skip(`ActionMailer is not installed for Sidekiq ${shared.ruby.version}`);
    const client = shared.newClient();
    const delivered: unknown[] = [];
    const welcome = defineMailerJob(
      "UserMailer",
      "welcome",
      { client, queue: "ruby" },
      ({ params }, ...args: unknown[]) => void delivered.push([args, params]),
    );
    await using _worker = await shared.startTsq({ jobs: [welcome], queues: ["ts"] });

    await shared.eval(`
      UserMailer.welcome(7).deliver_later(queue: "ts")
      UserMailer.with(account: 1).welcome(8, name: "Ada").deliver_later(queue: "ts")
    `);
    await welcome.performLater(9, kwargs({ name: "Bob" }));

    expect(await noted(shared, 1)).toMatchObject([{ user_id: 9, name: "Bob" }]);
    await eventually(() => expect(delivered).toHaveLength(2));
    expect(delivered).toContainEqual([[7], undefined]);
    expect(delivered).toContainEqual([[8, { name: "Ada" }], { account: 1 }]);
  });
});
