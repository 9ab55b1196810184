/** How a worker finds what runs a payload, and what running it calls. */
import { defineJob, isRunnable, remoteJob } from "@tsq/core";
import type { JobContext, Runnable } from "@tsq/core";
import { JobRegistry } from "@tsq/core/protocol";
import { describe, expect, test } from "vitest";

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

describe("a Runnable of one's own", () => {
  const hello: Runnable = { name: "HelloJob", options: {}, hooks: {}, run: () => "hello" };
  const wrapped: Runnable = { ...hello, name: "WrappedJob", isWrapped: true };
  const registry = new JobRegistry([hello, wrapped]);

  test("is found by its class, and by what a payload wraps where it says so", () => {
    expect(registry.names).toEqual(["HelloJob", "WrappedJob"]);
    expect(registry.find({ class: "HelloJob" })).toBe(hello);
    expect(registry.find({ class: "Any::Wrapper", wrapped: "WrappedJob" })).toBe(wrapped);
    expect(registry.find({ class: "WrappedJob" })).toBeUndefined();
    expect(registry.find({ class: "Any::Wrapper", wrapped: "HelloJob" })).toBeUndefined();
  });

  test.each(["ActiveJob::QueueAdapters::SidekiqAdapter::JobWrapper", "Sidekiq::ActiveJob::Wrapper"])(
    "is found by the job_class in a %s without `wrapped`",
    (wrapper) => {
      expect(registry.find({ class: wrapper, args: [{ job_class: "WrappedJob" }] })).toBe(wrapped);
      expect(registry.find({ class: wrapper, wrapped: "Other", args: [{ job_class: "WrappedJob" }] })).toBe(
        undefined,
      );
      expect(registry.find({ class: "AnyJob", args: [{ job_class: "WrappedJob" }] })).toBeUndefined();
    },
  );

  test.each([{}, { args: null }, { args: [] }, { args: [7] }, { args: [{ job_class: 7 }] }])(
    "is not found by a wrapper that does not say what it wraps: %j",
    (payload) => {
      expect(registry.find({ class: "Sidekiq::ActiveJob::Wrapper", ...payload })).toBeUndefined();
    },
  );

  test("of a mail is found by mailer and action, before one of all mails", () => {
    const welcome: Runnable = { ...wrapped, name: "UserMailer#welcome" };
    const mails: Runnable = { ...wrapped, name: "ActionMailer::MailDeliveryJob" };
    const mail = (...args: readonly unknown[]) => ({
      class: "Sidekiq::ActiveJob::Wrapper",
      wrapped: "ActionMailer::MailDeliveryJob",
      args: [{ job_class: "ActionMailer::MailDeliveryJob", arguments: args }],
    });
    const mailing = new JobRegistry([welcome, mails]);

    expect(mailing.find(mail("UserMailer", "welcome", "deliver_now", {}))).toBe(welcome);
    expect(mailing.find(mail("UserMailer", "goodbye", "deliver_now", {}))).toBe(mails);
    expect(new JobRegistry([welcome]).find(mail("UserMailer", "goodbye"))).toBeUndefined();
  });

  test("may have what it has from its class", () => {
    class Hello implements Runnable {
      readonly name = "HelloJob";
      get options() {
        return {};
      }
      get hooks() {
        return {};
      }
      run(): void {}
    }

    expect(isRunnable(new Hello())).toBe(true);
    expect(isRunnable(job)).toBe(true);
    expect(isRunnable(remoteJob("RubyJob"))).toBe(false);
  });

  test.each<readonly [over: object, why: string]>([
    [{ name: "" }, "whose `name` is no text"],
    [{ options: undefined }, "whose `options` are no object"],
    [{ hooks: undefined }, "whose `hooks` are no object"],
    [{ hooks: { retryIn: 5 } }, "whose `retryIn` is no function"],
    [{ run: undefined }, "which has no `run()`"],
    [{ isWrapped: "yes" }, "whose `isWrapped` is no boolean"],
    [{ timeoutMs: 0 }, "whose `timeoutMs` is no number"],
    [{ timeoutMs: 2 ** 31 }, "whose `timeoutMs` is no number"],
    [{ graceMs: Number.NaN }, "whose `graceMs` is no number"],
  ])("is refused with what it lacks: %j", (over, why) => {
    expect(() => new JobRegistry([{ ...hello, ...over }])).toThrow(why);
  });

  test.each([null, 5, "HelloJob", [hello], () => {}])("is refused when it is none: %s", (value) => {
    expect(() => new JobRegistry([value])).toThrow("which is no object");
  });

  test("is refused under a name that another has", () => {
    expect(() => new JobRegistry([hello, { ...hello, isWrapped: true }])).toThrow(
      "Two jobs are named `HelloJob`",
    );
  });
});
