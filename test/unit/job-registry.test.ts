/** How a worker finds what runs a payload, and what running it calls. */
import { defineJob, remoteJob } from "@tsq/core";
import type { JobContext } from "@tsq/core";
import { expect, test } from "vitest";
import { JobRegistry } from "../support/inside-worker.ts";

/** As much of a context as a job is called with here. */
const contextOf = (args: unknown): JobContext => ({ payload: { args } }) as unknown as JobContext;

const seen: unknown[] = [];
const job = defineJob("SeeJob", { retry: 3 }, (_, ...args: unknown[]) => {
  seen.push(args);
  return "seen";
});

test("a payload is run by the job that is named as its class", () => {
  const registry = new JobRegistry([job]);

  expect(registry.find({ class: "SeeJob" })).toBe(job);
  expect(registry.names).toEqual(["SeeJob"]);
});

test.each([{ class: "OtherJob" }, { class: 7 }, {}])("nothing runs the payload %j", (payload) => {
  expect(new JobRegistry([job]).find(payload)).toBeUndefined();
});

test.each([
  { args: [1, "a"], called: [1, "a"] },
  { args: [], called: [] },
  { args: null, called: [] },
  { args: undefined, called: [] },
  { args: "one", called: ["one"] },
  { args: { a: 1 }, called: [{ a: 1 }] },
  { args: false, called: [false] },
])("a job takes the arguments $args as Ruby's splat would", ({ args, called }) => {
  seen.length = 0;

  expect(job.run(contextOf(args))).toBe("seen");

  expect(seen).toEqual([called]);
});

test("a remoteJob that is run says that Ruby runs it", () => {
  expect(() => remoteJob("RubyJob").run(contextOf([]))).toThrow("`RubyJob` is a remoteJob: Ruby runs it");
});

test("a job of a copy of the library from before jobs ran themselves is run by its handler", () => {
  const retryIn = (): number => 7;
  const older = {
    [Symbol.for("tsq.job")]: true,
    name: "OlderJob",
    options: { retry: 2 },
    definition: { retry: 2, retryIn },
    handler: (_: JobContext, ...args: readonly unknown[]) => args,
  };

  const found = new JobRegistry([older]).find({ class: "OlderJob" });

  expect(found?.run(contextOf([1, 2]))).toEqual([1, 2]);
  expect(found?.hooks.retryIn).toBe(retryIn);
  expect(found?.options).toEqual({ retry: 2 });
});
