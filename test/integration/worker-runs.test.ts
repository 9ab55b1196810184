/** What both fetches have in common: a job runs as it was pushed. */
import { Client, defineJob } from "@tsq/core";
import type { DefineJobOptions, JobContext, ServerMiddleware } from "@tsq/core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { eventually } from "../support/eventually.ts";
import { gate } from "../support/gate.ts";
import { payloadText, pushTexts } from "../support/payload-text.ts";
import { startRedis } from "../support/redis.ts";
import type { TestRedis } from "../support/redis.ts";
import { TestWorkers } from "../support/worker.ts";

let server: TestRedis;
let workers: TestWorkers;
let client: Client;

beforeAll(async () => {
  server = await startRedis();
  workers = new TestWorkers(server);
  client = new Client({ redis: server.url });
});
beforeEach(() => workers.redis.flushdb());
afterEach(() => workers.end());
afterAll(async () => {
  await client.close();
  await server.stop();
});

interface Run {
  readonly job: JobContext;
  readonly args: readonly unknown[];
}

/** A job that writes down its runs. */
const recording = (options: DefineJobOptions = {}) => {
  const runs: Run[] = [];
  const job = defineJob(
    "HardJob",
    { client, ...options },
    async (job: JobContext, ...args: readonly unknown[]) => {
      await Promise.resolve();
      runs.push({ job, args });
    },
  );
  return { job, runs };
};

const THEN = "then";
const withThen = (then: PropertyDescriptor): object => Object.defineProperty({}, THEN, then);

const brokenThenables = () => {
  const broken = (): never => {
    throw new Error("broken thenable");
  };
  const values = [withThen({ value: broken }), withThen({ get: broken })];
  const jobs = values.map((value, i) => defineJob(`Broken${i}Job`, { client }, () => value));
  return { thenables: values.length, jobs };
};

describe.each(["reliable", "basic"] as const)("with %s fetch, a worker", (fetch) => {
  test("runs a job with its arguments, and then it is gone", async () => {
    const { job, runs } = recording();
    await workers.start({ fetch, jobs: [job] });

    const jid = await job.performAsync(1, "two", { three: [3, null] });

    await eventually(() => expect(runs).toHaveLength(1));
    expect(runs[0]?.args).toEqual([1, "two", { three: [3, null] }]);
    expect(runs[0]?.job).toMatchObject({ jid, class: "HardJob", queue: "default", attempt: 1 });
    expect(await workers.redis.exists("queue:default", "retry", "dead")).toBe(0);
  });

  test("runs the jobs that were there before it", async () => {
    const { job, runs } = recording();
    await job.performBulk(Array.from({ length: 100 }, (_, i) => [i]));

    await workers.start({ fetch, jobs: [job], concurrency: 3 });

    await eventually(() => expect(runs).toHaveLength(100));
    expect(new Set(runs.map(({ args }) => args[0])).size).toBe(100);
  });

  test("runs as many jobs at once as it may, and never more", async () => {
    let running = 0;
    const seen: number[] = [];
    const { opened, open } = gate();
    const job = defineJob("HardJob", { client }, async () => {
      seen.push(++running);
      await opened;
      running--;
    });
    await job.performBulk(Array.from({ length: 60 }, () => []));
    await workers.start({ fetch, jobs: [job], concurrency: 7 });
    await eventually(() => expect(running).toBe(7));

    open();

    await eventually(() => expect(seen).toHaveLength(60));
    expect(Math.max(...seen)).toBe(7);
  });

  test("runs handlers that return at once, of any value", async () => {
    const ran: string[] = [];
    const returning: Readonly<Record<string, unknown>> = {
      NoneJob: undefined,
      TextJob: "x",
      ObjectJob: withThen({ value: 7 }),
    };
    const jobs = Object.entries(returning).map(([name, value]) =>
      defineJob(name, { client }, () => {
        ran.push(name);
        return value;
      }),
    );
    await workers.start({ fetch, jobs });

    for (const job of jobs) await job.performAsync();

    await eventually(() => expect(ran.toSorted()).toEqual(["NoneJob", "ObjectJob", "TextJob"]));
    await eventually(async () => expect(await workers.leftoverJobs()).toBe(0));
  });

  test("takes a thenable that throws for a failure, and goes on", async () => {
    const { job, runs } = recording();
    const { thenables, jobs } = brokenThenables();
    for (const broken of jobs) await broken.performAsync();
    await job.performBulk([[1], [2], [3]]);

    await workers.start({ fetch, jobs: [...jobs, job] });

    await eventually(() => expect(runs).toHaveLength(3));
    await eventually(async () => expect(await workers.redis.zcard("retry")).toBe(thenables));
    for (const retry of await workers.redis.zrange("retry", "0", "-1")) {
      expect(JSON.parse(retry)).toMatchObject({ error_message: "broken thenable", retry_count: 0 });
    }
  });

  test("lets a job push another", async () => {
    const { job, runs } = recording();
    const parent = defineJob("ParentJob", { client }, async (_job, depth: number) => {
      if (depth > 0) await parent.performAsync(depth - 1);
      else await job.performAsync("done");
    });
    await workers.start({ fetch, jobs: [parent, job], concurrency: 1 });

    await parent.performAsync(3);

    await eventually(() => expect(runs.map(({ args }) => args)).toEqual([["done"]]));
  });

  test("passes args that are no list as Ruby does", async () => {
    const { job, runs } = recording();
    const args = [null, undefined, "text", 7, { a: 1 }, [[1], 2]];
    await pushTexts(
      workers.redis,
      args.map((one) => payloadText({ args: one })),
    );

    await workers.start({ fetch, jobs: [job], concurrency: 1 });

    await eventually(() =>
      expect(runs.map((run) => run.args)).toEqual([[], [], ["text"], [7], [{ a: 1 }], [[1], 2]]),
    );
  });

  test("passes integers beyond 2^53 as the job asks for them", async () => {
    const passed = new Map<string, readonly unknown[]>();
    const jobs = [undefined, "bigint", "string", "number"].map((bigIntegers) =>
      defineJob(
        `${bigIntegers}Job`,
        // One of the words, or nothing.
        bigIntegers === undefined ? {} : { bigIntegers: bigIntegers as "bigint" },
        (job, ...args: readonly unknown[]) => void passed.set(job.class, args),
      ),
    );
    const args = '[12345678901234567890,[{"n":-9007199254740993}],1.5,7]';
    await pushTexts(
      workers.redis,
      jobs.map(({ name }) => payloadText({ class: name, args: "?" }).replace('"?"', args)),
    );

    await workers.start({ fetch, jobs });

    await eventually(() => expect(passed.size).toBe(4));
    expect(Object.fromEntries(passed)).toEqual({
      undefinedJob: [12345678901234567890n, [{ n: -9007199254740993n }], 1.5, 7],
      bigintJob: [12345678901234567890n, [{ n: -9007199254740993n }], 1.5, 7],
      stringJob: ["12345678901234567890", [{ n: "-9007199254740993" }], 1.5, 7],
      // Rounded, as it asked.
      numberJob: [Number("12345678901234567890"), [{ n: Number("-9007199254740993") }], 1.5, 7],
    });
  });

  test("wraps a run with middleware, the first outermost", async () => {
    const steps: string[] = [];
    const named =
      (name: string): ServerMiddleware =>
      async (job, next) => {
        steps.push(`${name} before ${job.class}`);
        await next();
        steps.push(`${name} after`);
      };
    const job = defineJob("HardJob", { client }, () => void steps.push("run"));
    await workers.start({ fetch, jobs: [job], middleware: [named("outer"), named("inner")] });

    await job.performAsync();

    await eventually(() =>
      expect(steps).toEqual([
        "outer before HardJob",
        "inner before HardJob",
        "run",
        "inner after",
        "outer after",
      ]),
    );
  });

  test("takes what a middleware throws for the job's failure, which others may catch", async () => {
    const caught: unknown[] = [];
    const { job, runs } = recording();
    const catching: ServerMiddleware = async (_job, next) => {
      try {
        await next();
      } catch (error) {
        caught.push(error);
        throw error;
      }
    };
    const refusing: ServerMiddleware = () => {
      throw new RangeError("not today");
    };
    await workers.start({ fetch, jobs: [job], middleware: [catching, refusing] });

    await job.performAsync();

    await eventually(async () => expect(await workers.redis.zcard("retry")).toBe(1));
    expect(caught).toEqual([new RangeError("not today")]);
    expect(runs).toEqual([]);
  });

  test("counts a job as done that a middleware kept from running", async () => {
    const { job, runs } = recording();
    await workers.start({ fetch, jobs: [job], middleware: [() => {}] });

    await job.performAsync();

    await eventually(() => expect(workers.messages()).toContain("done"));
    expect(runs).toEqual([]);
    expect(await workers.redis.exists("retry")).toBe(0);
  });

  test("logs a job's start and end, and gives it a logger that names it", async () => {
    const job = defineJob("HardJob", { client }, (context) => context.logger.info({ step: 1 }, "half way"));
    await workers.start({ fetch, jobs: [job] });

    const jid = await job.performAsync();

    await eventually(() => expect(workers.messages()).toContain("done"));
    const lines = workers.log.filter(({ msg }) => ["start", "half way", "done"].includes(msg ?? ""));
    expect(lines).toMatchObject([
      { msg: "start", jid, class: "HardJob" },
      { msg: "half way", jid, class: "HardJob", step: 1 },
      { msg: "done", jid, class: "HardJob", elapsed: expect.any(Number) as number },
    ]);
  });
});
