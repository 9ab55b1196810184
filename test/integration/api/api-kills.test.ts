/** Who is told when somebody kills jobs by hand. */
import { JobKilledError } from "@tsq/core";
import type { DeathHandler } from "@tsq/core";
import { ApiConnection, DeadSet, Queue, RetrySet, ScheduledSet } from "@tsq/core/api";
import type { Redis } from "ioredis";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { startRedis } from "../../support/redis.ts";
import type { TestRedis } from "../../support/redis.ts";

let server: TestRedis;
let redis: Redis;
let told: [jid: unknown, error: unknown][];

beforeAll(async () => {
  server = await startRedis();
  redis = server.client();
});
afterAll(() => server.stop());
beforeEach(async () => {
  told = [];
  await redis.flushdb();
  await redis.zadd("retry", 5, job("a"), 6, job("b"), 7, "no job");
});

const job = (jid: string): string => `{"class":"HardJob","args":[1],"jid":"${jid}","retry_count":3}`;

const note: DeathHandler = async (payload, error) => {
  await Promise.resolve();
  told.push([payload["jid"], error]);
};

const retries = (deathHandlers: readonly DeathHandler[] = [note]) => new RetrySet({ redis, deathHandlers });

test("death handlers are told in Ruby's words of a job that is killed", async () => {
  const entry = await retries().findJob("a");

  await expect(entry?.kill()).resolves.toBe(true);

  expect(told).toEqual([["a", new JobKilledError()]]);
  expect(told[0]?.[1]).toMatchObject({ code: "TSQ_JOB_KILLED", message: "Job killed by API" });
  expect(await redis.zrange("dead", "0", "-1")).toEqual([job("a")]);
});

test("death handlers are told the caller's error, or nothing when the caller says so", async () => {
  const reason = new RangeError("obsolete");

  await (await retries().findJob("a"))?.kill({ error: reason });
  await (await retries().findJob("b"))?.kill({ notify: false });

  expect(told).toEqual([["a", reason]]);
  expect(await redis.zcard("dead")).toBe(2);
});

test("death handlers are told of a payload that is put into the dead set", async () => {
  const dead = new DeadSet({ redis, deathHandlers: [note] });

  await dead.kill(job("c"));
  await dead.kill(Buffer.from(job("d")), { error: "why not" });
  await dead.kill(job("e"), { notify: false });

  expect(told).toEqual([
    ["c", new JobKilledError()],
    ["d", "why not"],
  ]);
  expect(await redis.zcard("dead")).toBe(3);
});

test("killing all tells nobody unless asked to, as in Sidekiq", async () => {
  await expect(retries().killAll()).resolves.toBe(3);
  expect(told).toEqual([]);

  await redis.zadd("retry", 5, job("a"), 6, job("b"), 7, "no job");
  await expect(retries().killAll({ notify: true })).resolves.toBe(3);
  expect(told.map(([jid]) => jid)).toEqual(["a", "b"]);
});

test("of what was gone, or is no job, nobody is told", async () => {
  const entry = await retries().findJob("a");
  await redis.zrem("retry", job("a"));
  await redis.zadd("schedule", 5, "no job either");
  const scheduled = new ScheduledSet({ redis, deathHandlers: [note] });
  const [odd] = (await scheduled.page()).items;

  await expect(entry?.kill()).resolves.toBe(false);
  await expect(odd?.kill()).resolves.toBe(true);

  expect(told).toEqual([]);
});

test("two that kill the same job tell of it once", async () => {
  const [one, other] = [await retries().findJob("a"), await retries().findJob("a")];

  await Promise.all([one?.kill(), other?.kill()]);

  expect(told).toHaveLength(1);
});

test("a death handler that throws is heard, when the job is dead and the others have been told", async () => {
  const failing: DeathHandler = () => {
    throw new RangeError("a handler");
  };
  const entry = await retries([failing, note]).findJob("a");

  await expect(entry?.kill()).rejects.toThrow(new RangeError("a handler"));

  expect(told).toHaveLength(1);
  expect(await redis.zrange("dead", "0", "-1")).toEqual([job("a")]);
});

test("objects that share a connection share its death handlers", async () => {
  const api = new ApiConnection({ redis, deathHandlers: [note] });

  await (await new RetrySet(api).findJob("a"))?.kill();

  expect(told).toHaveLength(1);
});

test.each([[5], ["f"], {}, [null]])("death handlers that are none are refused (%o)", (handlers) => {
  // From JavaScript anything can come.
  const deathHandlers = handlers as unknown as DeathHandler[];

  expect(() => new RetrySet({ redis, deathHandlers })).toThrow("`deathHandlers` to be an array of functions");
});

describe("of a dead set that holds more than is usual", () => {
  const LONG_AGO = Date.now() / 1_000 - 3_000 * 86_400;
  const MANY = 10_005;

  beforeEach(async () => {
    const old = Array.from({ length: MANY }, (_, i) => [LONG_AGO, `old ${i}`]).flat();
    await redis.zadd("dead", ...old);
    await redis.lpush("queue:low", job("q"));
  });

  const kills: [string, (api: ApiConnection) => Promise<unknown>][] = [
    ["an entry", async (api) => (await new RetrySet(api).findJob("a"))?.kill()],
    ["many entries", (api) => new RetrySet(api).bulk({ filter: "jid:a" }).kill()],
    ["a job on a queue", async (api) => (await new Queue("low", api).findJob("q"))?.kill()],
    ["a payload", (api) => new DeadSet(api).kill(job("c"))],
  ];

  test.each(kills)("a kill of %s throws nothing away, for the workers may keep it", async (_, kill) => {
    await kill(new ApiConnection({ redis }));

    expect(await redis.zcard("dead")).toBe(MANY + 1);
  });

  test.each(kills)("a kill of %s throws away what is beyond limits that were said", async (_, kill) => {
    await kill(new ApiConnection({ redis, deadMaxJobs: 5 }));
    expect(await redis.zcard("dead")).toBe(4);

    await new DeadSet({ redis, deadTimeoutInSeconds: 60 }).kill(job("d"));
    expect(await redis.zcard("dead")).toBe(2);
  });

  test.each(kills)("a kill of %s throws away what is older than was said", async (_, kill) => {
    await kill(new ApiConnection({ redis, deadTimeoutInSeconds: 60 }));

    expect(await redis.zcard("dead")).toBe(1);
  });
});
