/** What a caller in JavaScript may pass by mistake is refused in words, and never by an error of the runtime. */
import { DEFAULT_REDIS_OPTIONS } from "ioredis/built/redis/RedisOptions.js";
import { Client, configure, ConfigError, defineJob, InvalidJobError, remoteJob } from "@tsq/core";
import { redisOptions } from "@tsq/core/protocol";
import { Worker } from "@tsq/worker";
import { describe, expect, test } from "vitest";

// Nobody connects to it: everything here is refused before.
const redis = "redis://127.0.0.1:1/0";
const client = new Client({ redis });
const job = defineJob("HardJob", { client }, () => {});
// From JavaScript anything can come.
const raw = (value: unknown): never => value as never;
const circle: Record<string, unknown> = {};
circle["me"] = [circle];

describe("what is no object is refused by what it is", () => {
  test.each<readonly [string, () => unknown, string]>([
    ["new Worker()", () => new Worker(raw(undefined)), "a Worker to be an object, got `undefined`"],
    ["new Worker(null)", () => new Worker(raw(null)), "a Worker to be an object, got `null`"],
    ["new Worker([job])", () => new Worker(raw([job])), "got an array. Write `{ jobs: [job] }`."],
    ["new Client(null)", () => new Client(raw(null)), "a Client to be an object, got `null`"],
    ["new Client(url)", () => new Client(raw(redis)), 'got a string. Write `{ redis: "redis://…" }`.'],
    ["configure(null)", () => configure(raw(null)), "configure() to be an object, got `null`"],
    ["configure(url)", () => configure(raw(redis)), 'got a string. Write `{ redis: "redis://…" }`.'],
    ["jobs: job", () => new Worker({ redis, jobs: raw(job) }), "got the job `HardJob`. Write `jobs: [job]`."],
    ["a queue", () => new Worker({ redis, jobs: [], queues: raw([["a", 3]]) }), 'Write `"a,3"`.'],
  ])("%s", (_what, make, text) => {
    expect(make).toThrow(ConfigError);
    expect(make).toThrow(text);
  });

  test.each<readonly [string, () => unknown, string]>([
    ["set()", () => job.set(raw(undefined)), "HardJob.set() to be an object, got `undefined`"],
    ["set(null)", () => job.set(raw(null)), "HardJob.set() to be an object, got `null`"],
    ["set(text)", () => job.set(raw("low")), 'got a string. Pass one such as `{ queue: "low" }`.'],
    [
      "options last",
      () =>
        defineJob(
          "J",
          raw(() => {}),
          raw({}),
        ),
      "to come last, got something behind it",
    ],
    ["remoteJob", () => remoteJob("J", raw({ retryIn: () => 1 })), "options of J to have no `retryIn`"],
  ])("%s", (_what, make, text) => {
    expect(make).toThrow(InvalidJobError);
    expect(make).toThrow(text);
  });

  test.each<readonly [string, () => Promise<unknown>, string]>([
    ["push()", () => client.push(raw(undefined)), "an object with 'class' and 'args'"],
    ["pushBulk()", () => client.pushBulk(raw(undefined)), "'class' and 'args' keys, got `undefined`"],
    ["a class", () => client.push({ class: raw(Date), args: [] }), 'a function named `Date`. Write "Date".'],
    ["performIn(NaN)", () => job.performIn(Number.NaN), "got `NaN`"],
    ["performAt(no date)", () => job.performAt(new Date(Number.NaN)), "got `Invalid Date`"],
    [
      "a circle",
      () => defineJob("C", { client }, (_job, _a: object) => {}).performInline(circle),
      "args[0].me[0] is args[0] again, a circle",
    ],
  ])("%s", async (_what, push, text) => {
    const refusal = await push().catch((error: unknown) => error);

    expect(refusal).toBeInstanceOf(InvalidJobError);
    expect(String(refusal)).toContain(text);
  });
});

describe("an option of `redis` that ioredis does not know", () => {
  test.each([
    [{ url: redis }, "Pass the URL itself as `redis`."],
    [{ hostname: "h" }, "Did you mean `host`?"],
    [{ Host: "h" }, "Did you mean `host`?"],
    [{ database: 5 }, "Did you mean `db`?"],
    [{ passwrod: "p" }, "Did you mean `password`?"],
    [{ ssl: true }, "Did you mean `tls`?"],
  ])("is refused: %o", (options, remedy) => {
    for (const make of [
      () => redisOptions(raw(options)),
      () => new Client({ redis: raw(options) }),
      () => new Worker({ jobs: [], redis: raw(options) }),
    ]) {
      expect(make).toThrow(ConfigError);
      expect(make).toThrow(remedy);
    }
  });

  test("is none of those that ioredis has a default for", () => {
    const { retryStrategy, keyPrefix, ...known } = DEFAULT_REDIS_OPTIONS;

    expect([typeof retryStrategy, keyPrefix]).toEqual(["function", ""]);
    expect(redisOptions(raw({ ...known, reconnectOnError: undefined }))).toHaveProperty("host");
  });

  test("may not be hidden in null", () => {
    expect(() => new Client({ redis: raw(null) })).toThrow("`redis` to be a URL");
    expect(() => new Worker({ jobs: [], redis: raw(null) })).toThrow("`redis` to be a URL");
  });

  test("is refused in a URL without its slashes", () => {
    expect(() => redisOptions("redis:/localhost")).toThrow(
      "to be a redis://, rediss:// or unix:// URL, got `redis:/localhost`",
    );
  });
});
