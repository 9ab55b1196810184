/** What `timeout` of a definition may be, and where. */
import { defineJob, remoteJob } from "@tsq/core";
import { expect, test } from "vitest";

test("a timeout stays with the definition, in milliseconds", () => {
  const job = defineJob("SlowJob", { timeout: 1.5 }, () => {});

  expect(job.timeoutMs).toBe(1_500);
  expect(job.options).toEqual({});
  expect(defineJob("QuickJob", () => {}).timeoutMs).toBeUndefined();
});

test.each([0, -1, 2_147_484, Number.NaN, "5", null, true])("a timeout of %s is refused", (timeout) => {
  expect(() => defineJob("SlowJob", { timeout: timeout as number }, () => {})).toThrow(
    `Expected \`timeout\` of SlowJob to be seconds above 0, up to 2147483, got`,
  );
});

test("a job that Ruby runs has none, and neither has a push", () => {
  expect(() => remoteJob("RubyJob", { timeout: 5 } as object)).toThrow("to have no `timeout`");
  expect(() => defineJob("SlowJob", () => {}).set({ timeout: 5 })).toThrow("`timeout` has no effect here");
});
