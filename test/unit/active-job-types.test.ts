/** What the compiler knows of jobs of ActiveJob. A line marked as an error that is none is itself one. */
import {
  activeJob,
  defineActiveJob,
  defineMailerJob,
  GlobalID,
  kwargs,
  performAllLater,
} from "@tsq/active-job";
import type { ActiveJobContext, MailerJobContext } from "@tsq/active-job";
import { Client, snooze } from "@tsq/core";
import type { Runnable, Verdict } from "@tsq/core";
import { expectTypeOf, test } from "vitest";

// Never opened: nothing here is run.
const client = new Client({ redis: "redis://127.0.0.1:1" });
const zalo = activeJob<[contactId: number, templateId: string]>("ZaloJob", { client });

/** Compiled, and not called. */
const never = (..._calls: readonly (() => unknown)[]): void => {};

test("the arguments of a job that Ruby runs are typed once, and keyword arguments may follow", () => {
  never(
    () => zalo.performLater(7, "tpl"),
    () => zalo.performLater(7, "tpl", kwargs({ params: {} })),
    () => zalo.set({ wait: 60, tags: ["a"], profile: "cpu" }).performLater(7, "tpl"),
    () => performAllLater([zalo.with(7, "tpl"), zalo.with(8, "tpl")]),
    // @ts-expect-error -- one is missing
    () => zalo.performLater(7),
    // @ts-expect-error -- of another type
    () => zalo.performLater("7", "tpl"),
    // @ts-expect-error -- keyword arguments are an object
    () => zalo.performLater(7, "tpl", "more"),
    // @ts-expect-error -- of another type
    () => zalo.with(7, 8),
    // @ts-expect-error -- not seconds
    () => zalo.set({ wait: "60" }),
    // @ts-expect-error -- what is enqueued for Ruby has no rules here
    () => activeJob("ZaloJob", { retryOn: [] }),
  );
});

test("a job has the arguments of its handler, and can be enqueued with them", () => {
  const notify = defineActiveJob(
    "NotifyJob",
    { retryOn: [{ error: Error }] },
    (job, id: number, _text: string) => {
      expectTypeOf(job).toEqualTypeOf<ActiveJobContext>();
      expectTypeOf(id).toBeNumber();
    },
  );

  expectTypeOf(notify).toExtend<Runnable>();
  expectTypeOf<Awaited<ReturnType<typeof notify.performLater>>>().toEqualTypeOf<string | null>();
  expectTypeOf<Awaited<ReturnType<typeof notify.performInline>>>().toEqualTypeOf<true | Verdict | null>();
  never(
    () => notify.performLater(7, "text"),
    // @ts-expect-error -- of another type
    () => notify.performLater(7, 8),
  );
});

test("a model that a handler gets is passed as its GlobalID, in a list too", () => {
  interface Contact {
    readonly id: number;
  }
  const greet = defineActiveJob(
    "GreetJob",
    {},
    (_job, _contact: Contact, _others: readonly Contact[], _text?: string) => {},
  );
  const ada = new GlobalID("gid://crm/Contact/7");

  never(
    () => greet.performLater(ada, [ada, { id: 8 }], "text"),
    () => greet.performLater({ id: 7 }, []),
    () => greet.with(ada, [ada]),
    // @ts-expect-error -- a text is no model
    () => greet.performLater(ada, [], ada),
    // @ts-expect-error -- of another type
    () => greet.performLater(7, []),
    // @ts-expect-error -- one is missing
    () => greet.performLater(ada),
  );
});

test("callbacks and rules know the job", () => {
  defineActiveJob(
    "CalledJob",
    {
      beforePerform: [(job) => (job.executions > 3 ? snooze(60) : undefined), () => "abort"],
      aroundPerform: async (_, next) => {
        await next();
      },
      retryOn: [
        { error: [TypeError, "ECONNRESET"], wait: (executions) => executions, attempts: "unlimited" },
      ],
      discardOn: [RangeError, { error: "IOError", with: (job) => job.jobId }],
      rescueFrom: [{ error: Error, with: (job) => job.retryJob({ wait: 1 }) }],
    },
    () => {},
  );
  defineMailerJob("UserMailer", "welcome", (job, _id: number) => {
    expectTypeOf(job).toEqualTypeOf<MailerJobContext>();
  });
  never(
    // @ts-expect-error -- no word for a wait
    () => defineActiveJob("BadJob", { retryOn: [{ error: Error, wait: "longer" }] }, () => {}),
    // @ts-expect-error -- no callback before may answer that
    () => defineActiveJob("BadJob", { beforePerform: () => "stop" }, () => {}),
  );
});
