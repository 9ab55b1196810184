/** Cron entries by the API: what is written of a job that is given itself, and what a run by hand does. */
import { activeJob, configure, defineActiveJob } from "tsq";
import type { ClientMiddleware } from "tsq";
import { CronSchedule, loadFromHash } from "tsq/cron";
import type { Redis } from "ioredis";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { queuedTexts } from "../../support/jobs-in-redis.ts";
import { startRedis } from "../../support/redis.ts";
import type { TestRedis } from "../../support/redis.ts";

let server: TestRedis;
let redis: Redis;
let schedule: CronSchedule;
beforeAll(async () => {
  server = await startRedis();
  redis = server.client({ replyMapping: "legacy" });
});
beforeEach(async () => {
  await redis.flushdb();
  schedule = new CronSchedule({ redis: server.url, layout: "2.x" });
});
afterEach(async () => {
  configure({ activeJob: {} });
  await schedule.close();
});
afterAll(() => server.stop());

const NEVER_NOW = { cron: "0 0 1 1 *" };

describe("an entry whose class is a job of ActiveJob", () => {
  test.each([
    ["that runs elsewhere", () => activeJob("NotifyJob", { queue: "low" })],
    ["that runs here", () => defineActiveJob("NotifyJob", { queue: "low" }, () => {})],
  ])("%s is written as one, and its prefix stands once before its queue", async (_what, jobOf) => {
    configure({ activeJob: { queueNamePrefix: "crm" } });

    const entry = await schedule.set("notify", { ...NEVER_NOW, class: jobOf() });
    await entry.run();

    const hash = await redis.hgetall("cron_job:default:notify");
    expect(hash).toMatchObject({ active_job: "1", queue_name_prefix: "crm" });
    expect(JSON.parse(hash["message"] ?? "")).toMatchObject({ queue: "low", class: "NotifyJob" });
    const [text = ""] = await queuedTexts(redis, "crm_low");
    expect(JSON.parse(text)).toMatchObject({
      wrapped: "NotifyJob",
      queue: "crm_low",
      args: [{ job_class: "NotifyJob", queue_name: "crm_low" }],
    });
  });
});

describe("run() by hand", () => {
  test("pushes a job each time, also twice at once, and beside what a poll has taken", async () => {
    const entry = await schedule.set("tick", { ...NEVER_NOW, class: "TickJob" });
    const taken: Record<string, string> = {};
    for (let second = 0; second < 60; second++) {
      const tick = `${new Date(Date.now() + second * 1_000).toISOString().slice(0, 19)}Z`;
      taken[`${entry.key}\n${tick}`] = `${Date.now()} other 1`;
    }
    await redis.hset("tsq:cron:claims", taken);

    const jids = await Promise.all([entry.run(), entry.run()]);

    expect(new Set(jids).size).toBe(2);
    expect(jids).not.toContain(null);
    expect(await redis.llen("queue:default")).toBe(2);
    expect(await redis.hgetall("tsq:cron:claims")).toEqual(taken);
    expect(await redis.ttl("tsq:cron:claims")).toBeGreaterThan(0);
  });

  test("that Redis refuses leaves nothing that a worker would push later", async () => {
    const entry = await schedule.set("tick", { ...NEVER_NOW, class: "TickJob" });
    await redis.set("queue:default", "x");

    await expect(entry.run()).rejects.toThrow("WRONGTYPE");

    expect(await redis.exists("tsq:cron:claims")).toBe(0);
  });

  test("of an entry that was deleted since is refused", async () => {
    const entry = await schedule.set("tick", { ...NEVER_NOW, class: "TickJob" });
    await entry.delete();

    await expect(entry.run()).rejects.toThrow("it was deleted since it was read. Find it again.");
  });
});

describe("an entry that was deleted since it was read", () => {
  test.each(["enable", "disable"] as const)(
    "%s says that it is gone, and leaves no key of it",
    async (verb) => {
      const entry = await schedule.set("tick", { ...NEVER_NOW, class: "TickJob" });
      await entry.delete();

      expect(await entry[verb]()).toBe(false);
      expect(await redis.keys("cron_job*")).toEqual([]);
    },
  );
});

test("an entry is not deleted by half where a key of another type is in the way", async () => {
  const entry = await schedule.set("tick", { ...NEVER_NOW, class: "TickJob" });
  await redis.set("tsq:cron:runs", "x");

  await expect(entry.delete()).rejects.toThrow(
    "WRONGTYPE Expected tsq:cron:runs to be a hash, it is a string",
  );
  expect(await redis.exists("cron_job:default:tick")).toBe(1);
});

test("one entry of a schedule whose key is of another type keeps no other from being loaded", async () => {
  await redis.set("cron_job:default:bad", "x");

  const { loaded, refused } = await schedule.load({
    bad: { ...NEVER_NOW, class: "BadJob" },
    good: { ...NEVER_NOW, class: "GoodJob" },
  });

  expect(loaded).toEqual(["good"]);
  expect(refused.map(({ name, error }) => [name, error.message])).toEqual([
    ["bad", expect.stringContaining("Delete or rename the key that is in the way")],
  ]);
});

test("loadFromHash() loads a list too, tells what is wrong, and removes what an earlier schedule had when it is asked", async () => {
  const options = { redis: server.url, layout: "2.x" } as const;
  const list = (...names: readonly string[]) =>
    names.map((name) => ({ ...NEVER_NOW, name, class: "ListedJob", args: { dry: true } }));

  await loadFromHash(list("old", "kept"), { ...options, removeOthers: true });
  const added = await loadFromHash(
    [...list("new"), { name: "bad", class: "BadJob", cron: "never" }],
    options,
  );
  const names = (await schedule.entries()).map(({ name }) => name);
  const whole = await loadFromHash(list("kept"), { ...options, removeOthers: true });

  expect([added.loaded, added.refused.map(({ name }) => name)]).toEqual([["new"], ["bad"]]);
  expect(names).toEqual(["kept", "new", "old"]);
  // What nobody has asked to be a whole schedule is an entry as any other.
  expect([whole.loaded, whole.removed]).toEqual([["kept"], ["old"]]);
  expect(await redis.hget("cron_job:default:kept", "args")).toBe('[{"dry":true}]');
});

test("client middleware that never answers for a run by hand is told, and no option that a worker alone has", async () => {
  let asked = (): void => {};
  const isAsked = new Promise<void>((resolve) => (asked = resolve));
  const hangs: ClientMiddleware = () => {
    asked();
    return new Promise(() => {});
  };
  const api = new CronSchedule({ redis: server.url, layout: "2.x", middleware: [hangs] });
  const entry = await api.set("nightly", { ...NEVER_NOW, class: "NightlyJob" });
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  try {
    const refused = entry.run().catch((error: unknown) => error);
    await isAsked;
    vi.runAllTimers();
    vi.useRealTimers();

    expect((await refused) as Error).toMatchObject({
      name: "HookTimeoutError",
      message:
        "Expected client middleware for a job of NightlyJob to answer within 20 s, got nothing; not waiting for it any longer. Look for an await that never ends.",
    });
  } finally {
    vi.useRealTimers();
    await api.close();
  }
});
