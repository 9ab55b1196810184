/** Who is told that a job is discarded, in which order, and when nobody is. */
import type { DefineActiveJobOptions } from "@tsq/active-job";
import { defineActiveJob } from "@tsq/active-job";
import { ShutdownError, snooze } from "@tsq/core";
import { beforeEach, describe, expect, test } from "vitest";
import { ApiError, RuledJob } from "../support/ruled-job.ts";

let ruled: RuledJob;
beforeEach(() => {
  ruled = new RuledJob();
});

/** Options that note who is told of what. */
const noting = (seen: unknown[], options: DefineActiveJobOptions = {}): DefineActiveJobOptions => ({
  ...options,
  afterDiscard: [
    (job, error) => void seen.push([job.class, job.executions, error]),
    async () => void seen.push(await Promise.resolve("second")),
  ],
});

describe("afterDiscard is told", () => {
  const error = new ApiError("no");

  test("of an error that no rule is for, which the run ends with all the same", async () => {
    const seen: unknown[] = [];

    await expect(ruled.run({ options: noting(seen), error })).rejects.toBe(error);

    expect(seen).toEqual([["RuledJob", 1, error], "second"]);
  });

  test("of what discardOn discards, after its function", async () => {
    const seen: unknown[] = [];
    const discardOn = [{ error: ApiError, with: () => void seen.push("with") }];

    await ruled.run({ options: noting(seen, { discardOn }), error });

    expect(seen).toEqual(["with", ["RuledJob", 1, error], "second"]);
  });

  test("after the last attempt of retryOn, after afterLast or before Sidekiq's own retry", async () => {
    const seen: unknown[] = [];
    const retryOn = [{ error: ApiError, attempts: 1 }];
    const afterLast = (): void => void seen.push("afterLast");

    await expect(ruled.run({ options: noting(seen, { retryOn }), error })).rejects.toBe(error);
    expect(seen.splice(0)).toEqual([["RuledJob", 1, error], "second"]);
    await ruled.run({
      options: noting(seen, { retryOn: [{ ...retryOn[0], error: ApiError, afterLast }] }),
      error,
    });

    expect(seen).toEqual(["afterLast", ["RuledJob", 1, error], "second"]);
  });

  test("of the cause that a rule is for", async () => {
    const seen: unknown[] = [];

    await ruled.run({
      options: noting(seen, { discardOn: [ApiError] }),
      error: new Error("outer", { cause: error }),
    });

    expect(seen[0]).toEqual(["RuledJob", 1, error]);
  });

  test("of arguments that cannot be read", async () => {
    const seen: unknown[] = [];
    const envelope = {
      arguments: [{ _aj_serialized: "ActiveJob::Serializers::DateSerializer", value: "x" }],
    };

    await expect(ruled.run({ options: noting(seen), error, envelope })).rejects.toThrow("arguments[0]");

    expect(seen).toHaveLength(2);
  });
});

describe("afterDiscard is not told", () => {
  test("of a job that is enqueued again, nor of one that a function takes care of", async () => {
    const seen: unknown[] = [];
    const error = new ApiError("no");

    await ruled.run({ options: noting(seen, { retryOn: [{ error: ApiError }] }), error });
    await ruled.run({ options: noting(seen, { rescueFrom: [{ error: ApiError, with: () => {} }] }), error });

    expect(seen).toEqual([]);
  });

  test("of a verdict, nor of a run that was given away", async () => {
    const seen: unknown[] = [];
    const signal = AbortSignal.abort(new ShutdownError("elsewhere"));

    await expect(ruled.run({ options: noting(seen), error: snooze(5) })).rejects.toEqual(snooze(5));
    await expect(ruled.run({ options: noting(seen), error: new Error("cut off"), signal })).rejects.toThrow(
      "cut off",
    );

    expect(seen).toEqual([]);
  });

  test("when the function of its rule throws", async () => {
    const seen: unknown[] = [];
    const worse = new TypeError("worse");
    const failing = (): never => {
      throw worse;
    };
    const error = new ApiError("no");

    await expect(
      ruled.run({ options: noting(seen, { discardOn: [{ error: ApiError, with: failing }] }), error }),
    ).rejects.toBe(worse);
    await expect(
      ruled.run({
        options: noting(seen, { retryOn: [{ error: ApiError, attempts: 1, afterLast: failing }] }),
        error,
      }),
    ).rejects.toBe(worse);

    expect(seen).toEqual([]);
  });
});

test("the run ends with what the last of those that throw has thrown, and all are called", async () => {
  const seen: string[] = [];
  const throwing = (text: string) => (): never => {
    seen.push(text);
    throw new TypeError(text);
  };
  const afterDiscard = [throwing("one"), throwing("two"), () => void seen.push("three")];

  await expect(
    ruled.run({ options: { discardOn: [ApiError], afterDiscard }, error: new ApiError("no") }),
  ).rejects.toThrow("two");

  expect(seen).toEqual(["one", "two", "three"]);
});

test("what is no function is refused", () => {
  expect(() => defineActiveJob("BadJob", { afterDiscard: [7 as never] }, () => {})).toThrow(
    "Expected `afterDiscard` of BadJob to be a function or a list of functions, got `7`.",
  );
});
