/** What a worker is started with: flags over the file over variables, and what is refused. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { loadWorkOptions, redisFrom, workOptions } from "../support/inside-tsq.ts";
import type { WorkFlags } from "../support/inside-tsq.ts";

type Env = Record<string, string>;

const refusal = (flags: WorkFlags, env: Env = {}): string => {
  try {
    workOptions(flags, env);
    redisFrom(flags.redis, env);
  } catch (error) {
    expect(error).toMatchObject({ code: "TSQ_CONFIG" });
    return (error as Error).message;
  }
  return "was accepted";
};

const weights = (queue: string[]) =>
  Object.fromEntries(workOptions({ queue }, {}).queues.map(({ name, weight }) => [name, weight]));

test("without flags, file and variables, Sidekiq's defaults hold", () => {
  expect(workOptions({}, {})).toEqual({
    queues: [{ name: "default", weight: 0 }],
    capsules: [],
    concurrency: 5,
    shutdownTimeoutMs: 25_000,
    blockedLoopTimeoutMs: 60_000,
    hookTimeoutMs: 20_000,
    environment: "development",
    requires: [],
    labels: [],
    maxRetries: 25,
    deadMaxJobs: 10_000,
    deadTimeoutInSeconds: 15_552_000,
    averageScheduledPollInterval: 5,
    verbose: false,
    fetch: "reliable",
    waiting: "pads",
    unknownJobs: "retry",
  });
});

describe("flags beat the file, which beats variables", () => {
  const file = {
    path: "config/sidekiq.yml",
    warnings: [],
    concurrency: 10,
    shutdownTimeoutMs: 8_000,
    waiting: "hybrid" as const,
    queues: [{ name: "file", weight: 2 }],
    capsules: [
      { name: "serial", concurrency: 1, queues: [{ name: "imports", weight: 0 }] },
      { name: "wide", queues: [{ name: "bulk", weight: 0 }] },
    ],
    environment: "staging",
    requires: ["file.ts"],
    tag: "file",
    verbose: true,
    labels: ["eu"],
    maxRetries: 3,
    deadMaxJobs: 100,
    deadTimeoutInSeconds: 60,
    averageScheduledPollInterval: 2,
    pollIntervalAverage: 9,
  };

  test("the file counts where no flag is given", () => {
    const { path: _, warnings: __, ...said } = file;

    expect(workOptions({ queue: [], require: [] }, { RAILS_MAX_THREADS: "3" }, file)).toEqual({
      ...said,
      capsules: [file.capsules[0], { ...file.capsules[1], concurrency: 10 }],
      fetch: "reliable",
      unknownJobs: "retry",
      blockedLoopTimeoutMs: 60_000,
      hookTimeoutMs: 20_000,
    });
  });

  test("a flag replaces what the file says, and a list as a whole", () => {
    const flags = {
      queue: ["flag"],
      concurrency: "2",
      timeout: "0",
      environment: "production",
      tag: "flag",
      verbose: false,
      require: ["flag.ts"],
      fetch: "basic",
      unknownJobs: "handBack",
    };

    expect(workOptions(flags, { APP_ENV: "test" }, file)).toMatchObject({
      queues: [{ name: "flag", weight: 0 }],
      concurrency: 2,
      shutdownTimeoutMs: 0,
      environment: "production",
      tag: "flag",
      verbose: false,
      requires: ["flag.ts"],
      fetch: "basic",
      unknownJobs: "handBack",
      capsules: [{ concurrency: 1 }, { concurrency: 2 }],
    });
  });

  test("APP_ENV beats the file's environment, which beats development", () => {
    expect(workOptions({}, { APP_ENV: "test" }, file).environment).toBe("test");
    expect(workOptions({}, {}, file).environment).toBe("staging");
  });

  test("RAILS_MAX_THREADS counts when nothing else says how many, and an empty one is none", () => {
    expect(workOptions({}, { RAILS_MAX_THREADS: "7" }).concurrency).toBe(7);
    expect(workOptions({}, { RAILS_MAX_THREADS: "" }).concurrency).toBe(5);
    expect(workOptions({ concurrency: 2 }, { RAILS_MAX_THREADS: "x" }).concurrency).toBe(2);
  });

  test("the file is found, read for the environment, and its warnings are kept", () => {
    const directory = mkdtempSync(join(tmpdir(), "tsq-options-"));
    mkdirSync(join(directory, "config"));
    writeFileSync(join(directory, "config/sidekiq.yml"), "production:\n  concurrency: 20\n  pidfile: x\n");

    const found = loadWorkOptions({ environment: "production" }, {}, directory);
    const none = loadWorkOptions({}, {}, join(directory, "config"));
    rmSync(directory, { recursive: true });

    expect(found.options).toMatchObject({ concurrency: 20, environment: "production" });
    expect(found.configFile).toBe(join(directory, "config/sidekiq.yml"));
    expect(found.warnings).toEqual([expect.stringContaining("sidekiq.yml:3: `pidfile` does nothing in tsq")]);
    expect(none).toMatchObject({ warnings: [], options: { concurrency: 5 } });
    expect(none).not.toHaveProperty("configFile");
  });
});

describe("queues", () => {
  test("-q takes a name, or a name and a weight", () => {
    expect(weights(["critical,3", "default", "low, 1"])).toEqual({ critical: 3, default: 0, low: 1 });
  });
});

describe("Redis is named by", () => {
  test.each<[WorkFlags, Env, string, string]>([
    [{ redis: "redis://flag" }, { REDIS_URL: "redis://b", REDIS_PROVIDER: "C" }, "redis://flag", "--redis"],
    [
      {},
      { REDIS_PROVIDER: "MY_URL", MY_URL: "redis://c:1/2" },
      "redis://c:1/2",
      "MY_URL (by REDIS_PROVIDER)",
    ],
    [{}, { REDIS_PROVIDER: "", REDIS_URL: "redis://d" }, "redis://d", "REDIS_URL"],
    [{}, { REDIS_URL: "" }, "redis://localhost:6379/0", "default"],
    [{ redis: " REDISS://:p%40ss@h:6380/1 \n" }, {}, "rediss://:p%40ss@h:6380/1", "--redis"],
    [{ redis: "redis://[::1]:6379/15?protocol=3" }, {}, "redis://[::1]:6379/15?protocol=3", "--redis"],
    [{ redis: "redis:///1" }, {}, "redis:///1", "--redis"],
    [{ redis: "unix:///run/redis.sock" }, {}, "unix:///run/redis.sock", "--redis"],
    [{ redis: "/run/redis.sock" }, {}, "unix:///run/redis.sock", "--redis"],
  ])("%j and %j: %s", (flags, env, url, from) => {
    expect(redisFrom(flags.redis, env)).toEqual({ url, from });
  });
});

describe("what is wrong is refused", () => {
  test.each<[WorkFlags, Env, string]>([
    [{ concurrency: "abc" }, {}, 'Expected `-c` to be an integer from 1 to 500, got `"abc"`.'],
    [{ concurrency: "0" }, {}, "got `0`."],
    [{ concurrency: "-3" }, {}, "got `-3`."],
    [{ concurrency: "1.5" }, {}, "got `1.5`."],
    [{ concurrency: "" }, {}, 'got `""`.'],
    [{ concurrency: "1e2" }, {}, 'got `"1e2"`.'],
    [{ concurrency: "501" }, {}, "A tsq capsule has at most 500 slots: add capsules or processes for more."],
    [{}, { RAILS_MAX_THREADS: "many" }, "Expected `RAILS_MAX_THREADS` to be an integer from 1 to 500"],
    [{ timeout: "-1" }, {}, "Expected `-t` to be a number of seconds from 0 to 2147483, got `-1`."],
    [{ timeout: "soon" }, {}, 'got `"soon"`.'],
    [{ tag: " " }, {}, "Expected `-g` to be text"],
    [{ fetch: "super" }, {}, 'Expected `--fetch` to be `reliable` or `basic`, got `"super"`.'],
    [{ queue: ["a", ""] }, {}, 'Expected `-q` to be `name` or `name,weight`, got `""`. Its name is empty.'],
    [{ queue: ["a b"] }, {}, "A name has no spaces and no line ends."],
    [{ queue: ["a,b"] }, {}, "A weight is an integer from 0; leave it out for none."],
    [{ queue: ["a,1.5"] }, {}, "A weight is an integer from 0"],
    [{ queue: ["a,1,b,2"] }, {}, "Give one queue and one weight."],
    [
      {},
      { REDIS_PROVIDER: "redis://:secret@h" },
      "the name of the variable that holds the Redis URL, got a URL.",
    ],
    [
      {},
      { REDIS_PROVIDER: "MY_URL", REDIS_URL: "redis://h" },
      "to name a variable that is set, got `MY_URL`.",
    ],
    [{}, { REDIS_PROVIDER: "MY_URL", MY_URL: "http://h" }, "Expected `MY_URL` to be a redis://, rediss://"],
    [{ redis: "localhost:6379" }, {}, "got `localhost:6379`. Write `redis://localhost:6379`."],
    [{ redis: "" }, {}, "Expected `--redis` to be a redis://, rediss:// or unix:// URL, got ``."],
    [{ redis: "redis://h:99999" }, {}, "Check its host and port"],
    [{ redis: "redis://:50%@h" }, {}, "percent-encode special characters of the password"],
    [{ redis: "redis://h/jobs" }, {}, "Expected `--redis` to be a Redis URL whose path is a database number"],
    [{ redis: "unix://run/redis.sock" }, {}, "Write for example `unix:///run/redis/redis.sock`."],
  ])("%j and %j: %s", (flags, env, reason) => {
    expect(refusal(flags, env)).toContain(reason);
  });

  test.each(["redis://:hunter2@h/x", "http://me:hunter2@h", "me:hunter2@h", "redis://:hunter2@@h:99999"])(
    "without showing the password of %s",
    (redis) => {
      expect(refusal({ redis })).toContain("***@h");
      expect(refusal({ redis })).not.toContain("hunter2");
    },
  );
});
