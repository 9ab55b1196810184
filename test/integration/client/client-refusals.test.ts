import { Client, ConfigError, defineJob, InvalidJobError, remoteJob } from "@tsq/core";
import type { DefineJobOptions, PushItem, SetOptions } from "@tsq/core";
import { describe, expect, test } from "vitest";
import { clientTests } from "../../support/client.ts";

const here = clientTests();

describe("a push is refused in Sidekiq's words, and stores nothing", () => {
  const item = { class: "HardJob", args: [1] };

  test.each<[string, unknown, string]>([
    ["of nothing", null, "Job must be an object with 'class' and 'args' keys: `null`"],
    ["of a string", "HardJob", "Job must be an object with 'class' and 'args' keys: `\"HardJob\"`"],
    ["without a class", { args: [] }, "Job must be an object with 'class' and 'args' keys: `{\"args\":[]}`"],
    ["without arguments", { class: "HardJob" }, "Job must be an object with 'class' and 'args' keys"],
    [
      "whose arguments are no list",
      { ...item, args: 1 },
      'Job args must be an Array: `{"class":"HardJob","args":1}`',
    ],
    [
      "whose class is no name",
      { ...item, class: 7 },
      "Job class must be a job or the string of its class name",
    ],
    [
      "whose class is empty",
      { ...item, class: "" },
      "Job class must be a job or the string of its class name",
    ],
    ["whose time is null", { ...item, at: null }, "Job 'at' must be a Numeric timestamp or a Date"],
    ["whose time is text", { ...item, at: "1" }, "Job 'at' must be a Numeric timestamp or a Date"],
    ["whose tags are no list", { ...item, tags: "a" }, 'Job tags must be an Array: `"a"` of HardJob'],
    [
      "that retries for ages",
      { ...item, retry_for: 1_000_000_001 },
      "retry_for must be a relative amount of time",
    ],
    [
      "that retries for no number",
      { ...item, retry_for: "1 hour" },
      "retry_for must be a relative amount of time",
    ],
    [
      "that retries no number of times",
      { ...item, retry: "5" },
      "Job 'retry' must be true, false or a number of times",
    ],
    [
      "that retries less than never",
      { ...item, retry: -1 },
      "Job 'retry' must be true, false or a number of times",
    ],
    [
      "to a queue without a name",
      { ...item, queue: "" },
      'Job must include a valid queue name, got `""` of HardJob',
    ],
    ["to a queue that is no name", { ...item, queue: 1 }, "Job must include a valid queue name"],
    [
      "to the queue null",
      { ...item, queue: null },
      "Job must include a valid queue name, got `null` of HardJob",
    ],
    ["to a queue whose name has a space", { ...item, queue: "a b" }, "Job must include a valid queue name"],
    [
      "whose tags are no strings",
      { ...item, tags: ["a", 1] },
      'Job tags must be an Array of Strings: `["a",1]` of HardJob',
    ],
    [
      "that is retried on a queue whose name has a space",
      { ...item, retry_queue: "a b" },
      "Job 'retry_queue' must be a valid queue name, got `\"a b\"` of HardJob",
    ],
    ["that is retried on what is no queue", { ...item, retry_queue: 5 }, "Job 'retry_queue' must be"],
    ["whose jid is empty", { ...item, jid: "" }, "Job 'jid' must be a String that is not empty, got `\"\"`"],
    ["whose jid is a number", { ...item, jid: 1 }, "Job 'jid' must be a String that is not empty, got `1`"],
    [
      "that was made at no number",
      { ...item, created_at: "now" },
      "Job 'created_at' must be a Numeric timestamp, got `\"now\"` of HardJob",
    ],
    ["whose time is in milliseconds", { ...item, at: 1_795_451_241_069 }, "which looks like milliseconds"],
    ["of an argument that Ruby cannot read", { ...item, args: [new Date(0)] }, "is a Date"],
  ])("%s", async (_what, wrong, message) => {
    const push = here.client.push(wrong as PushItem);

    await expect(push).rejects.toThrow(InvalidJobError);
    await expect(push).rejects.toThrow(message);
    expect(await here.redis.dbsize()).toBe(0);
  });
});

describe("a job cannot be defined", () => {
  test.each<[string, () => unknown, string]>([
    ["without a name", () => remoteJob(""), "Expected a job's name to be a class name"],
    ["by a name that Ruby's pages would take for a tag", () => remoteJob("<b>"), 'got `"<b>"`'],
    ["by a name that metrics would split", () => remoteJob("A|B"), 'got `"A|B"`'],
    [
      "without a handler",
      () => defineJob("A", {}, undefined as unknown as () => void),
      "Expected a function that runs `A`",
    ],
    [
      "with options that are null",
      () => defineJob("A", null as unknown as DefineJobOptions, () => {}),
      "Expected the options of A to be an object, got `null`",
    ],
    [
      "to be retried on a queue without a name",
      () => remoteJob("A", { retry_queue: "" }),
      "Job 'retry_queue' must be a valid queue name",
    ],
    [
      "with a queue without a name",
      () => remoteJob("A", { queue: "" }),
      "Job must include a valid queue name",
    ],
    [
      "with a hook that is no function",
      () => defineJob("A", { retryIn: 5 } as unknown as DefineJobOptions, () => {}),
      "Expected `retryIn` of A to be a function, got `5`",
    ],
    [
      "with an unknown kind of big integers",
      () => defineJob("A", { bigIntegers: "float" } as unknown as DefineJobOptions, () => {}),
      'Expected `bigIntegers` of A to be "bigint", "string" or "number", got `"float"`',
    ],
  ])("%s", (_what, define, message) => {
    expect(define).toThrow(InvalidJobError);
    expect(define).toThrow(message);
  });

  test.each([
    "SendWelcomeJob",
    "Billing::ChargeJob",
    "ActiveJob::QueueAdapters::SidekiqAdapter::JobWrapper",
    "Ärger",
  ])("but by a name such as %s it can", (name) => {
    expect(remoteJob(name).name).toBe(name);
  });
});

const noop = (): void => {};

describe("a client is refused", () => {
  test.each<[string, Readonly<Record<string, unknown>>, string]>([
    ["whose wire is text", { wire: "8" }, 'Expected `wire` to be `auto`, `7` or `8`, got `"8"`'],
    ["whose wire is unknown", { wire: 9 }, "Expected `wire` to be `auto`, `7` or `8`, got `9`"],
    ["whose middleware is no list", { middleware: () => {} }, "`middleware` to be an array of functions"],
    ["whose middleware is no function", { middleware: [{}] }, "`middleware` to be an array of functions"],
    [
      "whose logger does half",
      { logger: { info: noop, warn: noop } },
      "the functions `error`, `child`, `isL",
    ],
  ])("%s", (_what, options, message) => {
    const make = (): unknown => new Client(options);

    expect(make).toThrow(ConfigError);
    expect(make).toThrow(message);
  });
});

test("a time in milliseconds is refused by every way to push", async () => {
  const job = defineJob("HardJob", { client: here.client }, () => {});
  const ms = 1_795_451_241_069;

  await expect(job.performAt(ms)).rejects.toThrow("looks like milliseconds. Divide it by 1000.");
  await expect(job.performIn(ms)).rejects.toThrow(InvalidJobError);
  await expect(job.set({ wait: ms }).performAsync()).rejects.toThrow(InvalidJobError);
  await expect(job.performBulk([[]], { at: ms })).rejects.toThrow(InvalidJobError);
  expect(await here.redis.dbsize()).toBe(0);
});

test.each([undefined, null, "redis://localhost", {}])(
  "a client that is none is refused, instead of pushing to the default one: %j",
  (none) => {
    const job = defineJob("HardJob", () => {});
    const wrong = { client: none as Client };

    expect(() => job.set(wrong)).toThrow(ConfigError);
    expect(() => job.set(wrong)).toThrow(/^Expected `client` of set\(\) to be a Client, got `/);
    expect(() => remoteJob("RubyJob", wrong)).toThrow(/^Expected `client` of RubyJob to be a Client, got `/);
  },
);

test("options of set() are checked when the job is pushed", async () => {
  const job = defineJob("HardJob", { client: here.client }, () => {});
  const wrong = { queue: "" } satisfies SetOptions;

  await expect(job.set(wrong).performAsync()).rejects.toThrow("Job must include a valid queue name");
  await expect(job.set(wrong).performBulk([[]])).rejects.toThrow("Job must include a valid queue name");
  expect(await here.redis.dbsize()).toBe(0);
});
