/**
 * What the compiler knows of jobs. The checks are made by `tsc -b`: a line marked as an error that is none
 * is itself one.
 */
import { Chain, Client, defineJob, remoteJob } from "@tsq/core";
import type {
  Verdict,
  ClientMiddleware,
  Handler,
  HonestIntegers,
  Job,
  JobClient,
  JobContext,
  JobOptions,
  JsonValue,
  Payload,
  PushContext,
  PushItem,
  ServerMiddleware,
} from "@tsq/core";
import { describe, expectTypeOf, test } from "vitest";

// Never opened: nothing here is run.
const client = new Client({ redis: "redis://127.0.0.1:1" });
const welcome = defineJob(
  "WelcomeJob",
  { queue: "mailers" },
  (_job, _userId: number, _template: string) => {},
);
const broadcast = remoteJob<[contactId: number, urgent?: boolean]>("BroadcastWorker", { retry: 3 });

describe("a job of defineJob", () => {
  test("has the arguments of its handler, without naming them twice", () => {
    expectTypeOf(welcome).toEqualTypeOf<Job<[userId: number, template: string]>>();
    expectTypeOf<typeof welcome.performAsync>().parameters.toEqualTypeOf<
      [userId: number, template: string]
    >();
    expectTypeOf<typeof welcome.performIn>().parameters.toEqualTypeOf<
      [seconds: number, userId: number, template: string]
    >();
    expectTypeOf<typeof welcome.performAt>().parameter(0).toEqualTypeOf<number | Date>();
    expectTypeOf<typeof welcome.performBulk>()
      .parameter(0)
      .toEqualTypeOf<
        Iterable<[userId: number, template: string]> | AsyncIterable<[userId: number, template: string]>
      >();
    expectTypeOf<readonly [userId: number, template: string][]>().toExtend<
      Parameters<typeof welcome.performBulk>[0]
    >();
  });

  test("tells its handler what it can use of the job", () => {
    defineJob("AnyJob", (job) => {
      expectTypeOf(job).toEqualTypeOf<JobContext>();
      expectTypeOf(job.jid).toBeString();
      expectTypeOf(job.signal).toEqualTypeOf<AbortSignal>();
      expectTypeOf(job.stopping).toEqualTypeOf<AbortSignal>();
      expectTypeOf(job.isInterrupted).toBeBoolean();
      expectTypeOf(job.client).toEqualTypeOf<JobClient>();
      expectTypeOf<Client>().toExtend<JobClient>();
    });
  });

  test("may take no arguments, optional ones, or any number", () => {
    const none = defineJob("NoneJob", () => {});
    const optional = defineJob("OptionalJob", (_job, _id: number, _note?: string) => {});
    const many = defineJob("ManyJob", (_job, ..._ids: number[]) => {});

    expectTypeOf<typeof none.performAsync>().parameters.toEqualTypeOf<[]>();
    expectTypeOf<typeof optional.performAsync>().toBeCallableWith(1);
    expectTypeOf<typeof many.performAsync>().toBeCallableWith(1, 2, 3);
  });

  test("has integers that may be bigints, and none that never are when they are small", () => {
    const check = (): unknown[] => [
      defineJob("Job", (_job, _id: number | bigint, _more?: { ids: (number | bigint)[] }) => {}),
      defineJob("Job", (_job, _any: JsonValue, _other: unknown, ..._ids: number[]) => {}),
      // What has a brand, or names its small numbers, is both as well.
      defineJob("Job", (_job, _id: (number | bigint) & { readonly __brand: "Id" }) => {}),
      defineJob("Job", (_job, _id: 1 | 2 | bigint, _more: { ids: (1 | bigint)[] }) => {}),
      // @ts-expect-error -- a brand makes no number of it
      defineJob("Job", (_job, _id: bigint & { readonly __brand: "Id" }) => {}),
      // @ts-expect-error -- 7n arrives as 7
      defineJob("Job", (_job, _id: bigint) => {}),
      // @ts-expect-error -- and so it does behind an option, and when it may be left out
      defineJob("Job", { bigIntegers: "bigint" }, (_job, _n: number, _id?: bigint) => {}),
      // @ts-expect-error -- and in objects and lists
      defineJob("Job", (_job, _item: { readonly ids: readonly bigint[] }[]) => {}),
      // Ruby runs it: what is pushed is exact.
      remoteJob<[id: bigint]>("RubyJob"),
    ];
    const wrapped = <Args extends readonly unknown[]>(
      handler: Handler<Args> & HonestIntegers<Args>,
    ): Job<Args> => defineJob("Job", handler);

    expectTypeOf(wrapped((_job, _id: number) => {})).toEqualTypeOf<Job<[_id: number]>>();
    expectTypeOf(check).toBeFunction();
  });

  test("answers with a jid, or null when a middleware stopped it", () => {
    expectTypeOf<typeof welcome.performAsync>().returns.resolves.toEqualTypeOf<string | null>();
    expectTypeOf<typeof welcome.performBulk>().returns.resolves.toEqualTypeOf<(string | null)[]>();
    expectTypeOf<typeof welcome.performInline>().returns.resolves.toEqualTypeOf<true | Verdict | null>();
  });

  test("keeps its arguments through set()", () => {
    const low = welcome.set({ queue: "low", retry: 0, wait: 5, client, tags: ["a"], own_option: true });

    expectTypeOf<typeof low.performAsync>().parameters.toEqualTypeOf<[userId: number, template: string]>();
  });

  test("is not pushed with other arguments", () => {
    const wrong = (): unknown[] => [
      // @ts-expect-error -- a string for a number
      welcome.performAsync("42", "hello"),
      // @ts-expect-error -- too few
      welcome.performAsync(42),
      // @ts-expect-error -- too many
      welcome.performAsync(42, "hello", true),
      // @ts-expect-error -- the seconds are missing
      welcome.performIn("soon", 42, "hello"),
      // @ts-expect-error -- a Date is no number of seconds
      welcome.performIn(new Date(), 42, "hello"),
      // @ts-expect-error -- one list of arguments instead of a list of lists
      welcome.performBulk([42, "hello"]),
      // @ts-expect-error -- a wrong argument in the second job
      welcome.performBulk([[42, "hello"], [43]]),
      // @ts-expect-error -- inline is no exception
      welcome.performInline(42),
      // @ts-expect-error -- nor is set()
      welcome.set({ queue: "low" }).performAsync("42", "hello"),
    ];

    expectTypeOf(wrong).toBeFunction();
  });

  test("is not defined with options of the wrong type", () => {
    const wrong = (): unknown[] => [
      // @ts-expect-error -- a queue is a name
      defineJob("A", { queue: 1 }, () => {}),
      // @ts-expect-error -- Ruby's string counts are for Ruby
      defineJob("A", { retry: "5" }, () => {}),
      // @ts-expect-error -- no such option
      defineJob("A", { queu: "low" }, () => {}),
      // @ts-expect-error -- neither seconds nor a word that means something
      defineJob("A", { retryIn: () => "later" }, () => {}),
      // @ts-expect-error -- no handler
      defineJob("A", { queue: "low" }),
    ];

    expectTypeOf(wrong).toBeFunction();
  });
});

describe("a job of remoteJob", () => {
  test("has the arguments that were named for it", () => {
    expectTypeOf<typeof broadcast.performAsync>().parameters.toEqualTypeOf<
      [contactId: number, urgent?: boolean]
    >();
    expectTypeOf<typeof broadcast.performAsync>().toBeCallableWith(7);
  });

  test("is not pushed with others, and has no hooks, for it does not run here", () => {
    const wrong = (): unknown[] => [
      // @ts-expect-error -- a string for a number
      broadcast.performAsync("7"),
      // @ts-expect-error -- retryIn belongs to who runs the job
      remoteJob("A", { retryIn: () => 5 }),
      // @ts-expect-error -- and so does timeout
      remoteJob("A", { timeout: 30 }),
    ];

    expectTypeOf(wrong).toBeFunction();
  });
});

describe("a client", () => {
  test("takes a job or its name, and options that it does not know", () => {
    expectTypeOf<typeof client.push>().toBeCallableWith({ class: "HardJob", args: [1] });
    expectTypeOf<typeof client.push>().toBeCallableWith({
      class: welcome,
      args: [],
      at: new Date(),
      unique_for: 60,
    });
    expectTypeOf<typeof client.pushBulk>().toBeCallableWith({
      class: welcome,
      args: [[1], [2]],
      at: [1, new Date()],
    });
  });

  test("is not given a job without a class, or arguments that are no list", () => {
    const wrong = (): unknown[] => [
      // @ts-expect-error -- no class
      client.push({ args: [] }),
      // @ts-expect-error -- no list
      client.push({ class: "HardJob", args: 1 }),
      // @ts-expect-error -- a list of lists, in bulk
      client.pushBulk({ class: "HardJob", args: [1] }),
      // @ts-expect-error -- no such generation
      new Client({ wire: 6 }),
    ];

    expectTypeOf(wrong).toBeFunction();
  });

  test("shows its middleware a payload that it may change, and a server middleware the job", () => {
    expectTypeOf<Parameters<ClientMiddleware>[0]>().toEqualTypeOf<Payload>();
    expectTypeOf<Parameters<ClientMiddleware>[2]>().toEqualTypeOf<PushContext>();
    expectTypeOf<Payload>().toHaveProperty("queue").toEqualTypeOf<string>();
    expectTypeOf<Payload>().toExtend<JobOptions>();
    expectTypeOf<Parameters<ServerMiddleware>[0]>().toEqualTypeOf<JobContext>();
    expectTypeOf<Payload>().toExtend<PushItem>();
  });

  test("knows what functions in a list of middleware get, with a name or without", () => {
    const lists = (): unknown => [
      new Client({
        middleware: [
          (payload, next) => {
            expectTypeOf(payload).toEqualTypeOf<Payload>();
            return next();
          },
          {
            name: "tenant",
            call: (_payload, next, push) => {
              expectTypeOf(push.reason).toEqualTypeOf<PushContext["reason"]>();
              return next();
            },
          },
        ],
      }),
      new Chain<ServerMiddleware>().add((job, next) => {
        expectTypeOf(job).toEqualTypeOf<JobContext>();
        return next();
      }),
      // @ts-expect-error -- a function that takes something else
      new Client({ middleware: [(payload: string) => void payload] }),
      // @ts-expect-error -- under a name as well
      new Client({ middleware: [{ name: "odd", call: (payload: string) => void payload }] }),
      // @ts-expect-error -- a chain of the other side
      new Client({ middleware: new Chain<ServerMiddleware>() }),
    ];

    expectTypeOf(lists).toBeFunction();
  });
});
