import { ConfigError, defineJob, remoteJob } from "@tsq/core";
import { pino } from "pino";
import { describe, expect, test } from "vitest";
import { resolveOptions } from "../support/inside-worker.ts";

const hard = defineJob("HardJob", () => {});
const logger = pino({ level: "silent" });

/** From JavaScript anything may come. */
const resolved = (options: Readonly<Record<string, unknown>> = {}) =>
  resolveOptions({ jobs: [hard], logger, ...options });

describe("a worker without options", () => {
  test("has Sidekiq's defaults", () => {
    expect(resolved()).toMatchObject({
      capsules: [{ name: "default", concurrency: 5, order: { names: ["default"], mode: "strict" } }],
      fetch: "reliable",
      wire: "auto",
      shutdownTimeoutMs: 25_000,
      blockedLoopTimeoutMs: 60_000,
      hookTimeoutMs: 20_000,
      policy: { maxRetries: 25, deadMaxJobs: 10_000, deadTimeoutInSeconds: 15_552_000 },
      averageScheduledPollInterval: 5,
      pollIntervalAverage: undefined,
      labels: ["tsq"],
    });
  });

  test("shows the working directory's name as its tag", () => {
    expect(resolved().tag).toBe(process.cwd().split("/").at(-1));
  });
});

describe("the jobs of a worker", () => {
  test("are found by their names on the wire", () => {
    expect(resolved().jobs.names).toEqual(["HardJob"]);
  });

  test("may not be those that Ruby runs", () => {
    expect(() => resolved({ jobs: [hard, remoteJob("RubyJob")] })).toThrow(
      "to come from defineJob() or to be a Runnable, got the remoteJob() `RubyJob`, which has nothing to run",
    );
  });

  test("may hold the same job twice", () => {
    expect(resolved({ jobs: [hard, hard] }).jobs.names).toEqual(["HardJob"]);
  });
});

describe("capsules", () => {
  test("come beside the worker's own", () => {
    const { capsules } = resolved({ concurrency: 10, capsules: { single: { queues: ["serial"] } } });

    expect(capsules).toMatchObject([
      { name: "default", concurrency: 10 },
      { name: "single", concurrency: 1, order: { names: ["serial"] } },
    ]);
  });

  test("of the name default replace it", () => {
    expect(resolved({ capsules: { default: { queues: ["a"], concurrency: 2 } } }).capsules).toMatchObject([
      { name: "default", concurrency: 2, order: { names: ["a"] } },
    ]);
  });
});

test("labels are shown behind tsq's own, which is there once", () => {
  expect(resolved({ labels: ["blue", "tsq"] }).labels).toEqual(["tsq", "blue"]);
});

describe("a worker is refused, with what was expected and what came,", () => {
  test.each<{ options: Readonly<Record<string, unknown>>; says: string }>([
    { options: { jobs: undefined }, says: "`jobs` to be an array of jobs, got nothing" },
    { options: { jobs: hard }, says: "`jobs` to be an array of jobs" },
    // As `import * as jobs` gives it.
    { options: { jobs: Object.assign(Object.create(null), { hard }) }, says: "`jobs: Object.values(jobs)`" },
    { options: { jobs: [() => {}] }, says: "from defineJob()" },
    { options: { jobs: [null] }, says: "from defineJob() or to be a Runnable, got nothing" },
    { options: { jobs: [hard, defineJob("HardJob", () => {})] }, says: "Two jobs are named `HardJob`" },
    { options: { queues: [] }, says: "`queues` to be a list of queues, got an empty list" },
    { options: { queues: ["a b"] }, says: "A name has no spaces" },
    { options: { queues: "default" }, says: "`queues` to be a list of queues" },
    ...[0, -1, 1.5, 501, Number.NaN, "5"].map((concurrency) => ({
      options: { concurrency },
      says: "`concurrency` to be an integer from 1 to 500",
    })),
    {
      options: { capsules: { x: { queues: ["a"], concurrency: 0 } } },
      says: "`concurrency` of capsule `x` to be an integer",
    },
    { options: { capsules: { x: { queues: [] } } }, says: "`queues` of capsule `x` to be a list of queues" },
    { options: { capsules: { x: {} } }, says: "`queues` of capsule `x` to be a list of queues, got nothing" },
    { options: { capsules: { x: null } }, says: "options of capsule `x` to be an object, got `null`" },
    { options: { capsules: { "a~b": { queues: ["a"] } } }, says: "a name under `capsules` to hold letters" },
    { options: { fetch: "super" }, says: '`fetch` to be `reliable` or `basic`, got `"super"`' },
    { options: { wire: 6 }, says: "`wire` to be `auto`, `7` or `8`, got `6`" },
    {
      options: { shutdownTimeoutMs: -1 },
      says: "`shutdownTimeoutMs` to be a number of milliseconds from 0 to 2147483647",
    },
    { options: { shutdownTimeoutMs: Number.POSITIVE_INFINITY }, says: "got `Infinity`" },
    { options: { shutdownTimeoutMs: "25" }, says: 'got `"25"`. Remove the quotes.' },
    { options: { hookTimeoutMs: -1 }, says: "`hookTimeoutMs` to be a number of milliseconds from 0" },
    {
      options: { blockedLoopTimeoutMs: -1 },
      says: "`blockedLoopTimeoutMs` to be a number of milliseconds from 0",
    },
    { options: { blockedLoopTimeoutMs: 3e9 }, says: "milliseconds from 0 to 2147483647, got `3000000000`" },
    {
      options: { shutdownTimeoutMs: 3e9 },
      says: "milliseconds from 0 to 2147483647, got `3000000000`",
    },
    {
      options: { pollIntervalAverage: 4e6 },
      says: "`pollIntervalAverage` to be a number of seconds above 0 to 1000000, got `4000000`",
    },
    {
      options: { averageScheduledPollInterval: 1_000_001 },
      says: "`averageScheduledPollInterval` to be a number of seconds above 0 to 1000000, got `1000001`",
    },
    { options: { maxRetries: -1 }, says: "`maxRetries` to be an integer from 0" },
    { options: { maxRetries: 2.5 }, says: "got `2.5`" },
    { options: { deadMaxJobs: 0 }, says: "`deadMaxJobs` to be an integer from 1" },
    { options: { deadTimeoutInSeconds: 0 }, says: "`deadTimeoutInSeconds` to be an integer from 1, got `0`" },
    {
      options: { averageScheduledPollInterval: 0 },
      says: "`averageScheduledPollInterval` to be a number of seconds above 0",
    },
    { options: { pollIntervalAverage: -5 }, says: "`pollIntervalAverage` to be a number of seconds above 0" },
    { options: { middleware: () => {} }, says: "`middleware` to be an array of functions" },
    { options: { middleware: [{}] }, says: "`middleware` to be an array of functions" },
    { options: { clientMiddleware: [null] }, says: "`clientMiddleware` to be an array of functions" },
    { options: { labels: "blue" }, says: '`labels` to be a list, got `"blue"`' },
    { options: { labels: [1] }, says: "`labels` to be text, got `1`" },
    { options: { labels: [" "] }, says: "`labels` to be text" },
    { options: { tag: "" }, says: "`tag` to be text" },
    { options: { concurrency: null }, says: "to be an integer from 1 to 500, got nothing" },
    { options: { tag: 7 }, says: "`tag` to be text, got `7`" },
    { options: { logger: null }, says: "`logger` to be a pino logger" },
    {
      options: { logger: { info: () => {}, child: () => {} } },
      says: "`logger` to be a pino logger, got a value of type `object` without the functions `warn`, `error`, `isLevelEnabled`. Pass `pino()`.",
    },
    { options: { wire: 9 }, says: "`wire` to be `auto`, `7` or `8`, got `9`" },
    { options: { deadTimeoutInSeconds: Infinity }, says: "an integer from 1, got `Infinity`" },
    { options: { errorHandlers: ["log"] }, says: "`errorHandlers` to be an array of functions" },
    { options: { deathHandlers: {} }, says: "`deathHandlers` to be an array of functions" },
  ])("with $options", ({ options, says }) => {
    const resolve = () => resolved(options);

    expect(resolve).toThrow(ConfigError);
    expect(resolve).toThrow(says);
  });
});
