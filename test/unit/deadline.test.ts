/** A job's deadline is an instant in its payload, however and wherever it was given. */
import { once } from "node:events";
import { Client, defineJob, InvalidJobError, JobLateError, remoteJob } from "@tsq/core";
import type { ClientMiddleware, JobContext } from "@tsq/core";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { NotingTransport } from "../support/noting-transport.ts";

const YEAR_2100 = 4_102_444_800;
const MINUTE = 60;

const pushing = (middleware: readonly ClientMiddleware[] = []) => {
  const transport = new NotingTransport();
  const client = new Client({ transport, middleware });
  const job = defineJob("HardJob", { client }, (_job, ..._args: readonly unknown[]) => {});
  const payloads = (): Record<string, unknown>[] =>
    [...Object.values(transport.queues).flat(), ...transport.scheduled.map(([text]) => text)].map(
      (text) => JSON.parse(text) as Record<string, unknown>,
    );
  return { client, job, payloads };
};

/** How many milliseconds after its creation. */
const afterPush = ({ tsq_deadline: deadline, created_at: created }: Record<string, unknown>): number =>
  Number(deadline) - Number(created);

describe("seconds", () => {
  const chains: readonly (readonly [string, readonly ClientMiddleware[]])[] = [
    ["", []],
    [", through middleware", [(_payload, next) => next()]],
  ];

  test.each(chains)("count from the push%s", async (_with, middleware) => {
    const { client, job, payloads } = pushing(middleware);
    const short = job.set({ deadline: MINUTE });

    await short.performAsync(1);
    await short.performBulk([[2], [3]]);
    await short.performIn(-5, 4);
    await client.push({ class: "HardJob", args: [5], deadline: MINUTE });
    await client.pushBulk({ class: "HardJob", args: [[6]], deadline: MINUTE });

    expect(payloads()).toHaveLength(6);
    for (const payload of payloads()) {
      // It is made in the same millisecond or in one of the next.
      expect(afterPush(payload)).toBeGreaterThanOrEqual(MINUTE * 1_000 - 50);
      expect(afterPush(payload)).toBeLessThan(MINUTE * 1_000 + 5_000);
    }
  });

  test.each(chains)("count from when the job is due%s", async (_with, middleware) => {
    const { client, job, payloads } = pushing(middleware);
    const short = job.set({ deadline: 0.5 });

    await short.performAt(YEAR_2100, 1);
    await short.set({ wait_until: YEAR_2100 + 1 }).performAsync(2);
    await short.performBulk([[3], [4]], { at: [YEAR_2100 + 2, YEAR_2100 + 3] });
    await client.push({ class: "HardJob", args: [5], at: YEAR_2100 + 4, deadline: 0.5 });
    await client.pushBulk({ class: "HardJob", args: [[6]], at: YEAR_2100 + 5, deadline: 0.5 });

    expect(payloads().map((payload) => payload["tsq_deadline"])).toEqual(
      [0, 1, 2, 3, 4, 5].map((later) => (YEAR_2100 + later) * 1_000 + 500),
    );
  });
});

describe("a deadline", () => {
  const instant = new Date("2100-01-01T00:00:00.123Z");

  test("may be a Date, wherever the job is pushed from", async () => {
    const { client, job, payloads } = pushing();
    const defined = defineJob("HardJob", { client, deadline: instant }, () => {});

    await job.set({ deadline: instant }).performAsync(1);
    await job.set({ deadline: instant }).performIn(MINUTE, 2);
    await defined.performAsync();
    await defined.performBulk([[], []]);
    await client.push({ class: defined, args: [] });
    await remoteJob("RubyJob", { client, deadline: instant }).performAsync();

    expect(payloads().map((payload) => payload["tsq_deadline"])).toEqual(
      Array.from({ length: 7 }, () => instant.getTime()),
    );
  });

  test("of a definition is that of its pushes, unless they have one of their own", async () => {
    const { client, payloads } = pushing();
    const defined = defineJob("HardJob", { client, deadline: MINUTE }, () => {});

    await defined.set({ queue: "a" }).performAsync();
    await defined.set({ queue: "b", deadline: instant }).performAsync();
    await defined.set({ queue: "c", deadline: undefined as never }).performAsync();

    const [inherited, own, none] = payloads();
    expect(own?.["tsq_deadline"]).toBe(instant.getTime());
    for (const payload of [inherited, none]) expect(afterPush(payload ?? {})).toBeLessThan(65_000);
  });

  test("of a job that was due in 1970 is past, and one that readers know", async () => {
    const { client, payloads } = pushing();

    await client.push({ class: "HardJob", args: [], at: 60, deadline: MINUTE });

    expect(payloads()[0]?.["tsq_deadline"]).toBe(100_000_000_000);
  });

  test("leaves nothing but its instant in the payload, as the last of the job's own members", async () => {
    const { job, payloads } = pushing();

    await job.set({ deadline: instant }).performAsync(1);

    expect(Object.keys(payloads()[0] ?? {})).toEqual(
      "retry queue args class jid tsq_deadline created_at enqueued_at".split(" "),
    );
  });

  test("is seen by middleware, which may set and remove it", async () => {
    const seen: unknown[] = [];
    const { job, payloads } = pushing([
      (payload, next) => {
        seen.push(payload["tsq_deadline"]);
        if (payload.args[0] === 1) delete payload["tsq_deadline"];
        else payload["deadline"] = instant;
        return next();
      },
    ]);

    await job.set({ deadline: new Date(YEAR_2100 * 1_000) }).performAsync(1);
    await job.performAsync(2);

    expect(seen).toEqual([YEAR_2100 * 1_000, undefined]);
    expect(
      payloads()
        .map((payload) => payload["tsq_deadline"])
        .toSorted(),
    ).toEqual([instant.getTime(), undefined]);
    for (const payload of payloads()) expect(payload).not.toHaveProperty("deadline");
  });

  test("is not there in a job that has none", async () => {
    const { job, payloads } = pushing();

    await job.performAsync(1);

    expect(Object.keys(payloads()[0] ?? {}).join(" ")).not.toContain("deadline");
  });
});

describe("a job that runs inline", () => {
  const soon = (): Date => new Date(Date.now() + 300);
  /** Until its signal aborts; then it does this. */
  const inline = (end: (job: JobContext) => unknown) => {
    const { client } = pushing();
    const seen: JobContext[] = [];
    const job = defineJob("HardJob", { client }, async (context) => {
      seen.push(context);
      await once(context.signal, "abort");
      return end(context);
    });
    return { job, seen };
  };

  test("past its deadline is not started, and says so", async () => {
    const { job, seen } = inline(() => {});

    const answer = await job.set({ deadline: new Date(Date.now() - 1) }).performInline();

    expect(answer).toMatchObject({
      kind: "discard",
      reason: expect.stringMatching(/^Expected the job to be done by its deadline, /),
    });
    expect(seen).toEqual([]);
  });

  test("is told of it by its signal, and discarded when it throws then", async () => {
    const { job, seen } = inline(() => {
      throw new RangeError("boom");
    });
    const deadline = soon();

    expect(await job.set({ deadline }).performInline()).toMatchObject({ kind: "discard" });

    expect(seen[0]?.deadline).toEqual(deadline);
    expect(seen[0]?.signal.reason).toBeInstanceOf(JobLateError);
  });

  test("is done when it returns then", async () => {
    const { job } = inline(() => {});

    expect(await job.set({ deadline: soon() }).performInline()).toBe(true);
  });

  test("throws what it throws before, and leaves no timer behind", async () => {
    const { client } = pushing();
    const own = new RangeError("boom");
    const job = defineJob("HardJob", { client, deadline: MINUTE }, ({ deadline }) => {
      expect(deadline?.getTime()).toBeGreaterThan(Date.now());
      throw own;
    });
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    onTestFinished(() => void vi.useRealTimers());

    await expect(job.performInline()).rejects.toBe(own);

    expect(vi.getTimerCount()).toBe(0);
  });

  test("looks once in 24 days whether a deadline beyond what a timer holds is over", async () => {
    const { client } = pushing();
    let end = (): void => {};
    const job = defineJob("HardJob", { client }, () => new Promise<void>((resolve) => (end = resolve)));
    vi.useFakeTimers();
    onTestFinished(() => void vi.restoreAllMocks().useRealTimers());
    const waits = vi.spyOn(globalThis, "setTimeout");

    const ran = job.set({ deadline: new Date("2100-01-01") }).performInline();
    await vi.advanceTimersByTimeAsync(1_000);

    expect(waits.mock.calls.map(([, ms]) => ms)).toEqual([2_147_483_647]);
    end();
    expect(await ran).toBe(true);
  });

  test("has no deadline where none was given", async () => {
    const { client } = pushing();
    const seen: unknown[] = [];
    const job = defineJob(
      "HardJob",
      { client },
      ({ deadline, signal }) => void seen.push(deadline, signal.aborted),
    );

    await job.performInline();

    expect(seen).toEqual([undefined, false]);
  });
});

describe("a deadline is refused", () => {
  test.each<readonly [what: string, deadline: unknown]>([
    ["a time that is none", new Date(Number.NaN)],
    ["a text", "2100-01-01"],
    ["no time at all", 0],
    ["a time before", -5],
    ["NaN", Number.NaN],
    ["for ever", Number.POSITIVE_INFINITY],
    ["an instant in seconds", YEAR_2100],
    ["null", null],
    ["a bigint", 5n],
  ])("that is %s, wherever it is given", async (_what, deadline) => {
    const { client, job, payloads } = pushing();
    // From JavaScript anything can come.
    const options = { deadline: deadline as never };
    const message =
      /^Job 'deadline' must be a number of seconds above 0 and below 1,000,000,000, or a Date, got `.*` of HardJob\. /;

    expect(() => defineJob("HardJob", options, () => {})).toThrow(message);
    const pushes = [
      () => job.set(options).performAsync(1),
      () => job.set(options).performBulk([[1]]),
      () => job.set(options).performInline(1),
      () => client.push({ class: "HardJob", args: [], ...options }),
    ];
    for (const push of pushes) {
      const pushed = push();
      await expect(pushed).rejects.toThrow(InvalidJobError);
      await expect(pushed).rejects.toThrow(message);
    }
    expect(payloads()).toEqual([]);
  });

  test.each([
    ["made of seconds", new Date(YEAR_2100)],
    ["that readers would take for seconds", new Date(99_999_999_999)],
  ])("that is a Date %s, with how one is made", async (_what, deadline) => {
    const { client, job, payloads } = pushing();
    const message = `Job 'deadline' must be a Date from 1973-03-03T09:46:40.000Z on, got \`"${deadline.toISOString()}"\` of HardJob. A Date is made of milliseconds: write \`new Date(seconds * 1000)\`.`;

    expect(() => defineJob("HardJob", { deadline }, () => {})).toThrow(message);
    await expect(job.set({ deadline }).performAsync(1)).rejects.toThrow(message);
    await expect(client.push({ class: "HardJob", args: [], deadline })).rejects.toThrow(message);
    expect(payloads()).toEqual([]);
  });

  test("no more from the first Date on that all take for one, though it is past", async () => {
    const { job, payloads } = pushing();

    await job.set({ deadline: new Date(100_000_000_000) }).performAsync(1);

    expect(payloads()[0]).toMatchObject({ tsq_deadline: 100_000_000_000 });
  });

  test("among the default options of a client, and under a name that is nearly its own", () => {
    const { job } = pushing();

    expect(() => new Client({ defaultJobOptions: { deadline: 5 } as object })).toThrow(
      "`deadline` has no effect here: give it to defineJob() or set().",
    );
    expect(() => job.set({ deadlin: 5 })).toThrow("got `deadlin`. Did you mean `deadline`?");
  });
});
