/** A misspelled option would be its default without a word: it is refused, with the name that was probably meant. */
import { Client, configure, ConfigError, defineJob, InvalidJobError, remoteJob } from "@tsq/core";
import { ApiConnection } from "@tsq/core/api";
import { Worker } from "@tsq/worker";
import { describe, expect, test } from "vitest";
import { Audience, Lifecycle } from "../support/inside-worker.ts";

// Nobody connects to it: everything here is refused before.
const redis = "redis://127.0.0.1:1/0";
const client = new Client({ redis });
const job = defineJob("HardJob", { client }, () => {});
const worker = (options: object) => new Worker({ jobs: [], redis, ...options });

describe("an unknown option is refused with the nearest name", () => {
  test.each<readonly [who: string, make: () => unknown, got: string, meant: string]>([
    ["a Worker", () => worker({ concurency: 3 }), "concurency", "concurrency"],
    ["a Worker", () => worker({ shutdownTimeout: 3 }), "shutdownTimeout", "shutdownTimeoutMs"],
    ["a Worker", () => worker({ shutdown_timeout_ms: 3 }), "shutdown_timeout_ms", "shutdownTimeoutMs"],
    [
      "a capsule",
      () => worker({ capsules: { slow: { queues: ["a"], concurency: 3 } } }),
      "concurency",
      "concurrency",
    ],
    // From JavaScript any name can come.
    ["a Client", () => new Client({ redis, midleware: [] } as object), "midleware", "middleware"],
    [
      "configure()",
      () => configure({ redis, serverMidleware: [] } as object),
      "serverMidleware",
      "serverMiddleware",
    ],
    [
      "the data API",
      () => new ApiConnection({ redis, deadMaxJob: 1 } as object),
      "deadMaxJob",
      "deadMaxJobs",
    ],
  ])("%s: %#", (who, make, got, meant) => {
    expect(make).toThrow(ConfigError);
    expect(make).toThrow(`options of ${who}`.replace("a capsule", "capsule `slow`"));
    expect(make).toThrow(`got \`${got}\`. Did you mean \`${meant}\`?`);
  });

  test.each<readonly [who: string, make: () => unknown, got: string, meant: string]>([
    ["defineJob()", () => defineJob("A", { retyr: 3 } as object, () => {}), "retyr", "retry"],
    [
      "defineJob()",
      () => defineJob("A", { retriesExausted: () => {} } as object, () => {}),
      "retriesExausted",
      "retriesExhausted",
    ],
    ["defineJob()", () => defineJob("A", { retryFor: 3 } as object, () => {}), "retryFor", "retry_for"],
    ["remoteJob()", () => remoteJob("A", { queu: "low" } as object), "queu", "queue"],
    ["set()", () => job.set({ waitUntil: 5 }), "waitUntil", "wait_until"],
    ["set()", () => job.set({ tag: ["a"] }), "tag", "tags"],
    ["set()", () => job.set({ queu: "low" }).set({}), "queu", "queue"],
    [
      "defaultJobOptions",
      () => new Client({ redis, defaultJobOptions: { bactrace: 5 } as object }),
      "bactrace",
      "backtrace",
    ],
  ])("%s: %#", (_, make, got, meant) => {
    expect(make).toThrow(InvalidJobError);
    expect(make).toThrow(`got \`${got}\`. Did you mean \`${meant}\`?`);
  });

  test("performBulk()", async () => {
    await expect(job.performBulk([[]], { batchSize: 5 } as object)).rejects.toThrow(
      "Did you mean `batch_size`?",
    );
  });
});

test("an unknown option that is near none is refused with all there are", () => {
  expect(() => worker({ retries: 5 })).toThrow(/got `retries`\. There are jobs, redis, queues, /);
});

test.each<readonly [what: string, make: () => unknown, remedy: string]>([
  ["set() with retryIn", () => job.set({ retryIn: () => 5 }), "give it to defineJob()"],
  ["defineJob() with wait", () => defineJob("A", { wait: 5 } as object, () => {}), "call performIn()"],
  ["remoteJob() with sync", () => remoteJob("A", { sync: true } as object), "call performInline()"],
  [
    "defaultJobOptions with bigIntegers",
    () => new Client({ redis, defaultJobOptions: { bigIntegers: "string" } as object }),
    "give it to defineJob()",
  ],
])("an option of another place is refused with that place: %s", (_, make, remedy) => {
  expect(make).toThrow(InvalidJobError);
  expect(make).toThrow(remedy);
});

test("a name of one's own travels with the job, as in Sidekiq", () => {
  const own = {
    custom_opt: 1,
    tenant: 2,
    deal: 3,
    bid: "b",
    unique_for: 60,
    lock: "until_executed",
    profile: "me",
  };

  expect(job.set(own).options).toMatchObject(own);
  expect(remoteJob("A", own as object).options).toMatchObject(own);
});

describe("an event that there is not is refused", () => {
  // What a Worker's on() calls; a Worker would begin to connect.
  const lifecycle = new Lifecycle(
    new Audience(),
    () => {},
    () => {},
  );

  test.each([
    ["starup", "Did you mean `startup`?"],
    ["Quiet", "Did you mean `quiet`?"],
    ["stop", "There are startup, quiet, shutdown, exit, heartbeat, beat, concluded, rescued."],
    [undefined, "got `undefined`"],
  ])("%s", (event, remedy) => {
    // From JavaScript anything can come.
    const register = () => lifecycle.on(event as "exit", () => {});

    expect(register).toThrow(ConfigError);
    expect(register).toThrow(remedy);
  });

  test("and so is a listener that is none", () => {
    expect(() => lifecycle.on("exit", "later" as unknown as () => void)).toThrow("listener of `exit`");
  });
});
