/** What somebody new writes: it is refused where it is written, with what came and what to do. */
import { Chain, Client, defineJob, kill, remoteJob, snooze } from "@tsq/core";
import type { Transport } from "@tsq/core";
import { Worker } from "@tsq/worker";
import { describe, expect, test } from "vitest";

// Nobody connects to it.
const redis = "redis://127.0.0.1:1/0";
// From JavaScript anything can come.
const raw = (value: unknown): never => value as never;
const worker = (options: object): Worker => new Worker({ jobs: [], redis, ...options });
const job = defineJob("HardJob", { client: new Client({ redis }) }, () => {});

describe("what is refused at once says what to do", () => {
  test.each<readonly [what: string, make: () => unknown, says: string]>([
    [
      "a capsule that lists nothing",
      () => worker({ capsules: { a: {} } }),
      'Write `queues: ["critical", "default"]`: a capsule',
    ],
    [
      "queues that are none",
      () => worker({ queues: [] }),
      'Write `queues: ["critical", "default"]`, or leave it out for `default`',
    ],
    ["capsules as a list", () => worker({ capsules: [{ queues: ["a"] }] }), "an object of capsules by name"],
    ["a chain of a function", () => new Chain(raw(() => {})), "Write `new Chain([middleware])`"],
    ["a chain of nothing", () => new Chain(raw(null)), "got nothing. Write `new Chain([middleware])`"],
    [
      "a handler of a remoteJob",
      () => remoteJob("A", {}, ...(raw([() => {}]) as [])),
      'Write defineJob("A", options, handler)',
    ],
    [
      "an error as a reason",
      () => kill(raw(new Error("boo"))),
      'an error that says `"boo"`. Write `kill(error.message)`',
    ],
    [
      "invalidArgs",
      () =>
        defineJob(
          "A",
          raw({ invalidArgs: "drop" }),
          raw(() => {}),
        ),
      '"retry" or "kill", got `"drop"`. Leave it out',
    ],
    [
      "bigIntegers",
      () =>
        defineJob(
          "A",
          raw({ bigIntegers: 1 }),
          raw(() => {}),
        ),
      'Leave it out for "bigint"',
    ],
    [
      "retryIn",
      () =>
        defineJob(
          "A",
          raw({ retryIn: 60 }),
          raw(() => {}),
        ),
      "got `60`. Write `retryIn: (…) => …`",
    ],
    [
      "a queue with spaces",
      () => job.set({ queue: "low prio" }),
      'Give a text without spaces, such as "low"',
    ],
    [
      "another library's timeout",
      () =>
        defineJob(
          "A",
          raw({ timeoutMs: 5_000 }),
          raw(() => {}),
        ),
      "Did you mean `timeout`, in seconds?",
    ],
    ["another library's delay", () => job.set({ delay: 5 }), "Did you mean `wait`, in seconds?"],
    [
      "a delay of a definition",
      () =>
        defineJob(
          "A",
          raw({ delay: 5 }),
          raw(() => {}),
        ),
      "give it to set(), or call performIn()",
    ],
  ])("%s", (what, make, says) => {
    if (what === "a queue with spaces")
      return expect((make() as typeof job).performAsync()).rejects.toThrow(says);
    return expect(make).toThrow(says);
  });

  test.each([
    ["a time", () => job.performIn(raw("soon")), 'got `"soon"`. Pass 60 for in a minute, or a Date'],
    [
      "a push",
      () => new Client({ redis }).push(raw({ class: "A" })),
      'Pass one such as { class: "HardJob", args: [1] }',
    ],
  ])("%s", async (_what, push, says) => {
    await expect(push()).rejects.toThrow(says);
  });
});

describe("a transport that answers no spelling", () => {
  const transport = (spelling: unknown): Transport => ({
    push: () => Promise.resolve(),
    pushAll: () => Promise.resolve(),
    schedule: () => Promise.resolve(),
    scheduleAll: () => Promise.resolve(),
    spelling: () => raw(spelling),
    close: () => Promise.resolve(),
  });

  test.each(["8", undefined, Promise.resolve("8")])("fails the push: %s", async (spelling) => {
    const client = new Client({ transport: transport(spelling) });
    const own = defineJob("A", { client }, (_job, _n: number) => {});

    const says = "Expected `spelling()` of the `transport` to answer 8 or 7";
    await expect(client.push({ class: "A", args: [] })).rejects.toThrow(says);
    await expect(client.pushBulk({ class: "A", args: [[1]] })).rejects.toThrow(says);
    await expect(own.performAsync(1)).rejects.toThrow(says);
    await client.close();
  });
});

describe("a job that answers a function of the verdicts, and does not call it,", () => {
  test("has failed", async () => {
    const forgetful = defineJob("ForgetfulJob", () => snooze);

    await expect(forgetful.performInline()).rejects.toThrow("Call it: `return snooze(60)`");
  });

  test("may answer any other function", async () => {
    expect(await defineJob("FunctionJob", () => () => 1).performInline()).toBe(true);
  });
});
