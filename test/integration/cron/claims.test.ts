/** The record of who has taken an instant: what makes a job once, whatever happens before it is pushed. */
import type { CronOptions } from "@tsq/cron";
import { conclude, takeover } from "../../support/inside-cron.ts";
import type { Redis } from "ioredis";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { cronPoller, saveCron } from "../../support/cron.ts";
import { startRedis } from "../../support/redis.ts";
import type { TestRedis } from "../../support/redis.ts";

let server: TestRedis;
let redis: Redis;
beforeAll(async () => {
  server = await startRedis();
  redis = server.client({ replyMapping: "legacy" });
});
beforeEach(() => redis.flushdb());
afterAll(() => server.stop());

const KEY = "cron_job:default:tick";
const MADE = "2030-01-01T08:59:30Z";
const at = (time: string): string => `2030-01-01T${time}Z`;
const ms = (time: string): number => Date.parse(at(time));
const save = (options: Partial<CronOptions> = {}) =>
  saveCron(redis, "tick", { cron: "* * * * *", class: "TickJob", ...options }, { at: MADE });

const CLAIMS = "tsq:cron:claims";
const FIELD = `${KEY}\n${at("09:00:00")}`;
const pushed = () => redis.llen("queue:default");

test("it goes after a day, if nobody comes back for it", async () => {
  await save();
  let seconds = 0;
  const { poll } = cronPoller(redis, {
    use: [
      async (_job, next) => {
        seconds = await redis.ttl(CLAIMS);
        return next();
      },
    ],
  });

  await poll(at("09:00:10"));

  expect(seconds).toBeGreaterThan(86_000);
  expect(seconds).toBeLessThanOrEqual(86_400);
});

test("a process that has lost it to another pushes nothing", async () => {
  await save();
  const theirs = `${ms("09:00:11")} other:1:a 1`;
  const { poll, told } = cronPoller(redis, {
    use: [
      async (_job, next) => {
        await redis.hset(CLAIMS, FIELD, theirs);
        return next();
      },
    ],
  });

  expect(await poll(at("09:00:10"))).toBe(0);

  expect(told.firings.map(([, , what]) => what)).toEqual(["lost"]);
  expect([await pushed(), await redis.hget(CLAIMS, FIELD)]).toEqual([0, theirs]);
});

test("an entry that is deleted while its job is made does not come back, and its job is not pushed", async () => {
  await save();
  const { poll } = cronPoller(redis, {
    use: [
      async (_job, next) => {
        await redis.unlink(KEY);
        return next();
      },
    ],
  });

  await poll(at("09:00:10"));

  expect(await redis.exists(KEY, "queue:default", CLAIMS)).toBe(0);
});

test.for([
  ["a minute old", "08:59:15", 1],
  ["younger", "08:59:25", 0],
  ["ahead of this process's clock by less than a minute", "09:01:05", 0],
  ["ahead by more, of which no clock can say how old it is", "09:01:25", 1],
] as const)("one that is %s is taken over: %#", async ([, taken, count]) => {
  await save({ cron: "0 0 1 1 *" });
  await redis.hset(CLAIMS, FIELD, `${ms(taken)} dead:1:a 1`);

  await cronPoller(redis).poll(at("09:00:20"));

  expect(await pushed()).toBe(count);
  expect(await redis.hexists(CLAIMS, FIELD)).toBe(1 - count);
});

test("one that another has fired since it was seen is not taken over, or the instant would fire twice", async () => {
  const args = {
    field: FIELD,
    before: `${ms("08:59:00")} dead:1:a 1`,
    after: `${ms("09:00:20")} slow:1:a 1`,
  };

  expect(await takeover(redis, { claims: CLAIMS }, args)).toBe(0);

  expect(await redis.exists(CLAIMS)).toBe(0);
});

test("an instant that is left out while the run before goes on leaves none", async () => {
  await save({ overlap: "skip" });
  const { poll } = cronPoller(redis);
  await poll(at("09:00:10"));

  await poll(at("09:01:10"));

  expect(await redis.exists(CLAIMS)).toBe(0);
  expect(await redis.ttl("tsq:cron:runs")).toBeGreaterThan(29 * 86_400);
});

test("an instant that waits for the run before it does so for a month at most", async () => {
  await save({ overlap: "queue" });
  const { poll } = cronPoller(redis);
  await poll(at("09:00:10"));

  await poll(at("09:01:10"));

  expect(await redis.hgetall("tsq:cron:waiting")).toEqual({ [KEY]: `${KEY}\n${at("09:01:00")}` });
  expect(await redis.ttl("tsq:cron:waiting")).toBeGreaterThan(29 * 86_400);
});

describe("the end of a run", () => {
  const keys = { runs: "tsq:cron:runs", waiting: "tsq:cron:waiting", claims: CLAIMS };
  const end = (jid: string) =>
    conclude(redis, keys, { entry: KEY, jid, run: `done ${jid} 1 t 2`, claim: "1 x 1" });

  test("takes what waits for it, by a claim that goes after a day", async () => {
    await redis.hset(keys.runs, KEY, "running j1 1 t 0");
    await redis.hset(keys.waiting, KEY, FIELD);

    expect(await end("j1")).toBe(FIELD);

    expect(await redis.hgetall(CLAIMS)).toEqual({ [FIELD]: "1 x 1" });
    expect(await redis.ttl(CLAIMS)).toBeGreaterThan(86_000);
    expect(await redis.exists(keys.waiting)).toBe(0);
  });

  test("that is no longer the last one changes nothing", async () => {
    await redis.hset(keys.runs, KEY, "running j2 1 t 0");
    await redis.hset(keys.waiting, KEY, FIELD);

    expect(await end("j1")).toBe("");

    expect(await redis.hget(keys.runs, KEY)).toBe("running j2 1 t 0");
    expect(await redis.exists(CLAIMS)).toBe(0);
  });
});
