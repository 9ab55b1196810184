/** Which rule of a job an error meets, and what the rule does. */
import { defineActiveJob, temporal } from "@tsq/active-job";
import type { DefineActiveJobOptions } from "@tsq/active-job";
import { JobTimeoutError, ShutdownError, snooze } from "@tsq/core";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { ApiError, ENVELOPE, RateLimitError, RuledJob } from "../support/ruled-job.ts";

let ruled: RuledJob;
beforeEach(() => {
  ruled = new RuledJob();
  vi.useFakeTimers({ now: new Date("2030-01-01"), toFake: ["Date"] });
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

describe("a rule is for", () => {
  test.each<readonly [what: string, match: typeof ApiError | typeof Error | string]>([
    ["the class of an error", RateLimitError],
    ["a class above it", ApiError],
    ["every error, as Error", Error],
    ["every error, as Ruby's StandardError", "StandardError"],
    ["the code of an error", "RATE_LIMIT"],
    ["the name of an error", "Zalo::RateLimitError"],
    ["the name of its class", "RateLimitError"],
    ["the name of a class above it", "ApiError"],
  ])("%s", async (_, match) => {
    await ruled.run({ options: { discardOn: [match] }, error: new RateLimitError("slow down") });
  });

  test.each([RateLimitError, "RATE_LIMIT", "TypeError", "Zalo", "", "Error2"].filter((one) => one !== ""))(
    "nothing else: %s",
    async (match) => {
      const error = new ApiError("no");

      await expect(ruled.run({ options: { discardOn: [match] }, error })).rejects.toBe(error);
    },
  );

  test("one of several errors", async () => {
    await ruled.run({
      options: { discardOn: [{ error: [TypeError, RateLimitError] }] },
      error: new RateLimitError(),
    });
  });

  test("the cause of an error, where none is for itself, and it is told of that", async () => {
    const cause = new RateLimitError("slow down");
    const told: unknown[] = [];

    await ruled.run({
      options: { rescueFrom: [{ error: RateLimitError, with: (_, error) => void told.push(error) }] },
      error: new TypeError("fetch failed", { cause: new ApiError("above", { cause }) }),
    });

    expect(told).toEqual([cause]);
  });

  test("no error of a circle of causes", async () => {
    const error = new TypeError("round");
    error.cause = new ApiError("and round", { cause: error });

    await expect(ruled.run({ options: { discardOn: ["RangeError"] }, error })).rejects.toBe(error);
  });
});

describe("of several rules for an error the one is asked that is written last,", () => {
  const asked: string[] = [];
  const rescue = (name: string) => ({ error: ApiError, with: () => void asked.push(name) });
  beforeEach(() => void (asked.length = 0));

  test("in a list", async () => {
    await ruled.run({
      options: { rescueFrom: [rescue("first"), rescue("last")] },
      error: new RateLimitError(),
    });

    expect(asked).toEqual(["last"]);
  });

  test("of the options, be it a rule for any error", async () => {
    await ruled.run({ options: { rescueFrom: [rescue("one")], discardOn: [Error] }, error: new ApiError() });
    await ruled.run({ options: { discardOn: [Error], rescueFrom: [rescue("two")] }, error: new ApiError() });

    expect(asked).toEqual(["two"]);
  });
});

describe("no rule is asked", () => {
  const options: DefineActiveJobOptions = { retryOn: [{ error: Error }] };

  test("of a verdict that is thrown", async () => {
    await expect(ruled.run({ options, error: snooze(60) })).rejects.toEqual(snooze(60));
  });

  test("of what a job throws when it is given away", async () => {
    const error = new ApiError("cut off");

    await expect(
      ruled.run({ options, error, signal: AbortSignal.abort(new ShutdownError("handed back")) }),
    ).rejects.toBe(error);

    expect(ruled.transport.calls).toEqual([]);
  });
});

test("what throws when its timeout is over has failed by that", async () => {
  const signal = AbortSignal.abort(new JobTimeoutError("too long"));
  const error = new ApiError("aborted");

  await ruled.run({ options: { discardOn: ["TSQ_TIMEOUT"] }, error, signal });
  await expect(ruled.run({ options: { discardOn: [ApiError] }, error, signal })).rejects.toBe(error);
});

test("a discarded error is told to a function where there is one", async () => {
  const told: unknown[] = [];
  const error = new ApiError("gone");

  await ruled.run({
    options: { discardOn: [{ error: ApiError, with: (job, why) => void told.push(job.jobId, why) }] },
    error,
  });

  expect(told).toEqual([ENVELOPE.job_id, error]);
});

test("what a function of rescueFrom throws fails the job, and it may enqueue it again", async () => {
  const thrown = new RangeError("worse");
  await expect(
    ruled.run({
      options: {
        rescueFrom: [
          {
            error: ApiError,
            with: async (job) => {
              await job.retryJob({ wait: 30 });
              throw thrown;
            },
          },
        ],
      },
      error: new ApiError(),
    }),
  ).rejects.toBe(thrown);

  expect(ruled.again()[1]).toBe(30);
});

describe("retryJob() is refused with what to do, and enqueues nothing:", () => {
  test.each<readonly [options: unknown, why: string]>([
    [
      { wiat: 3 },
      "Expected options of retryJob() of RuledJob that tsq knows, got `wiat`. Did you mean `wait`?",
    ],
    [{ wait_until: new Date() }, "Did you mean `waitUntil`?"],
    [{ tags: ["a"] }, "There are wait, waitUntil, queue, priority."],
    [null, "Expected the options of retryJob() of RuledJob to be an object, got nothing"],
    [{ wait: "60" }, "Expected `wait` of retryJob() of RuledJob to be seconds"],
    [{ wait: 1e15 }, "to be seconds up to 1,000,000,000, got `1000000000000000`."],
    [{ wait: null }, "Expected `wait` of retryJob() of RuledJob to be seconds"],
    [{ wait: [] }, "Expected `wait` of retryJob() of RuledJob to be seconds"],
    [{ waitUntil: "tomorrow" }, "Expected `waitUntil` of retryJob() of RuledJob to be a Date"],
    [{ queue: "" }, "Job must include a valid queue name"],
    [{ priority: 1.5 }, "Expected `priority` of retryJob() of RuledJob to be an integer"],
  ])("%j", async (options, why) => {
    const error = new ApiError();
    const run = ruled.run({
      options: { rescueFrom: [{ error: ApiError, with: (job) => job.retryJob(options as object) }] },
      error,
    });

    await expect(run).rejects.toThrow(why);
    expect(ruled.again()[0]).toBeNull();
  });
});

test("retryJob() takes an instant of Temporal, as set() does", async () => {
  const waitUntil = temporal().Instant.from("2030-01-01T00:01:00Z");

  await ruled.run({
    options: { rescueFrom: [{ error: ApiError, with: (job) => job.retryJob({ waitUntil }) }] },
    error: new ApiError(),
  });

  expect(ruled.again()[1]).toBe(60);
});

describe("a rule is refused with what to do:", () => {
  test.each<readonly [options: object, why: string]>([
    [{ retryOn: { error: Error } }, "Expected `retryOn` of RuledJob to be a list"],
    [{ retryOn: [{}] }, "Expected `retryOn[0]` of RuledJob to be an object with an `error`"],
    [{ retryOn: [{ error: Error, attempt: 3 }] }, "got `attempt`. Did you mean `attempts`?"],
    [{ retryOn: [{ error: Error, with: () => {} }] }, "There are error, wait, attempts"],
    [{ retryOn: [{ error: Error, queue: 5 }] }, "Job must include a valid queue name"],
    [{ retryOn: [{ error: Error, priority: "high" }] }, "`priority` of `retryOn[0]` of RuledJob to be an"],
    [{ discardOn: [{ error: Error, wiht: () => {} }] }, "Did you mean `with`?"],
    [{ rescueFrom: [{ error: Error, with: () => {}, attempts: 3 }] }, "options of `rescueFrom[0]`"],
    [{ retryOn: [{ error: Error, attempts: 0 }] }, 'to be an integer from 1 or "unlimited"'],
    [{ retryOn: [{ error: Error, wait: -1 }] }, "Expected `wait` of `retryOn[0]` of RuledJob to be seconds"],
    [{ retryOn: [{ error: Error, wait: "longer" }] }, '"polynomially_longer" or a function'],
    [{ retryOn: [{ error: Error, jitter: 2 }] }, "to be a number from 0 to 1"],
    [{ retryOn: [{ error: Error, afterLast: 5 }] }, "Expected `afterLast` of `retryOn[0]`"],
    [{ retryOn: [{ error: Error, rubyName: 5 }] }, "Expected `rubyName` of `retryOn[0]`"],
    [{ discardOn: [5] }, "Expected `discardOn[0]` of RuledJob to be an object"],
    [{ discardOn: [() => {}] }, "to be a class, a `code` or a name of Ruby's"],
    [{ discardOn: [""] }, "to be a class, a `code` or a name of Ruby's"],
    [{ rescueFrom: [{ error: Error }] }, "Expected `with` of `rescueFrom[0]` of RuledJob to be a function"],
    [{ retryJitter: -1 }, "Expected `jitter` of retryJitter of RuledJob"],
    [{ beforePerform: [5] }, "Expected `beforePerform` of RuledJob to be a function"],
    [{ timeout: 0 }, "Expected `timeout` of RuledJob to be seconds above 0"],
    [{ retryIn: 5 }, "Expected `retryIn` of RuledJob to be a function"],
  ])("%j", (options, why) => {
    expect(() => defineActiveJob("RuledJob", options, () => {})).toThrow(why);
  });

  test("a function that answers no seconds", async () => {
    await expect(
      ruled.run({
        options: { retryOn: [{ error: ApiError, wait: () => Number.NaN }] },
        error: new ApiError(),
      }),
    ).rejects.toThrow("Expected `wait` of `retryOn[0]` of RuledJob to answer seconds");
  });
});
