/** Verdicts as values: what makes none, and what they are to a job that runs inline. */
import { Chain, defineJob, discard, InvalidJobError, kill, snooze } from "@tsq/core";
import type { JobContext, ServerMiddleware } from "@tsq/core";
import { composeServerChain } from "@tsq/core/protocol";
import { describe, expect, test } from "vitest";

describe("inline", () => {
  test.each([
    ["returns", () => snooze(60)],
    [
      "throws",
      () => {
        // oxlint-disable-next-line typescript/only-throw-error
        throw snooze(60);
      },
    ],
  ] as const)("a verdict that a job %s is the answer", async (_, answer) => {
    const job = defineJob("SayJob", answer);

    expect(await job.performInline()).toMatchObject({ kind: "snooze", seconds: 60 });
  });

  test("a job that answers none answers true", async () => {
    expect(await defineJob("SayJob", () => "text").performInline()).toBe(true);
  });
});

describe("no verdict is made", () => {
  test.each([-1, 1e9 + 1, Number.NaN, Number.POSITIVE_INFINITY, "60", undefined])(
    "that snoozes for %s",
    (seconds) => {
      expect(() => snooze(seconds as number)).toThrow(
        "Expected snooze() to get seconds from 0 to 1,000,000,000",
      );
    },
  );

  test.each([
    ["discard", discard],
    ["kill", kill],
  ])("%s with a reason that is no text", (name, make) => {
    expect(() => make(7 as unknown as string)).toThrow(
      `Expected the reason of ${name}() to be a string, got \`7\``,
    );
  });
});

describe("a verdict that was changed by hand is a failure of the job", () => {
  test.each([
    ["snooze() to get seconds", { ...snooze(60), seconds: undefined }],
    ["snooze() to get seconds", { ...snooze(60), seconds: Number.NaN }],
    ["the reason of kill() to be a string", { ...kill("x"), reason: { a: 1 } }],
    ["the reason of discard() to be a string", { ...discard("x"), reason: null }],
    ["a verdict to be of the kind", { ...snooze(60), kind: "later" }],
  ])("Expected %s", async (text, changed) => {
    const returns = defineJob("SayJob", () => changed);
    const throws = defineJob("SayJob", () => {
      // oxlint-disable-next-line typescript/only-throw-error
      throw changed;
    });

    await expect(returns.performInline()).rejects.toThrow(`Expected ${text}`);
    await expect(throws.performInline()).rejects.toThrow(InvalidJobError);
  });

  test("and one whose fields stay what they may be is that verdict", async () => {
    const job = defineJob("SayJob", () => ({ ...snooze(60), seconds: 30, more: 1 }));

    expect(await job.performInline()).toMatchObject({ kind: "snooze", seconds: 30 });
  });
});

test("a verdict that middleware has made an error of is kept no longer than that run", async () => {
  const own = new RangeError("own");
  const wrap: ServerMiddleware = (_job, next) =>
    next().catch(() => {
      throw own;
    });
  const chain = composeServerChain(new Chain<ServerMiddleware>([wrap]), () => {
    // oxlint-disable-next-line typescript/only-throw-error
    throw snooze(60);
  });
  const job = {} as JobContext;

  await expect(chain.perform(job)).rejects.toBe(own);

  expect(chain.threw(job, own)).toBeUndefined();
  // Whatever is still kept would be the answer.
  expect(chain.returned(job, undefined)).toBeUndefined();
});
