/** What both fetches have in common: a job runs as it was pushed. */
import { Client, defineJob } from "@tsq/core";
import type { Job, JobContext, ServerMiddleware } from "@tsq/core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { eventually } from "../../support/eventually.ts";
import { gate } from "../../support/gate.ts";
import { payloadText, pushTexts } from "../../support/payload-text.ts";
import { startRedis } from "../../support/redis.ts";
import type { TestRedis } from "../../support/redis.ts";
import { TestWorkers } from "../../support/worker.ts";

let server: TestRedis;
let workers: TestWorkers;
let client: Client;

beforeAll(async () => {
  server = await startRedis();
  workers = new TestWorkers(server);
  client = new Client({ redis: server.url });
});
afterAll(async () => {
  await client.close();
  await server.stop();
});

interface Run {
  readonly job: JobContext;
  readonly args: readonly unknown[];
}

type AnyJob = Job<readonly unknown[]>;

/** A job that writes down its runs. */
const recording = () => {
  const runs: Run[] = [];
  const job: AnyJob = defineJob(
    "HardJob",
    { client },
    async (job: JobContext, ...args: readonly unknown[]) => {
      await Promise.resolve();
      runs.push({ job, args });
    },
  );
  return { job, runs };
};

const THEN = "then";
const withThen = (then: PropertyDescriptor): object => Object.defineProperty({}, THEN, then);
const broken = (): never => {
  throw new Error("broken thenable");
};

describe.each(["reliable", "basic"] as const)("with %s fetch, a worker", (fetch) => {
  /** What the jobs of the one worker do in this test. */
  let perform: (job: JobContext, ...args: readonly unknown[]) => unknown;
  let runs: Run[];
  const jobs = new Map<string, AnyJob>();
  const job = (name = "HardJob"): AnyJob => jobs.get(name) as AnyJob;

  beforeAll(async () => {
    for (const bigIntegers of [undefined, "bigint", "string", "number"] as const) {
      const name = bigIntegers ? `${bigIntegers}Job` : "HardJob";
      jobs.set(
        name,
        defineJob(
          name,
          { client, ...(bigIntegers && { bigIntegers }) },
          (context, ...args: readonly unknown[]) => {
            runs.push({ job: context, args });
            return perform(context, ...args);
          },
        ),
      );
    }
    await workers.start({ fetch, jobs: [...jobs.values()], concurrency: 1 });
  });
  beforeEach(() => {
    runs = [];
    perform = () => {};
  });
  afterEach(() => workers.clear());
  afterAll(() => workers.end());

  test("runs a job with its arguments, and then it is gone", async () => {
    const jid = await job().performAsync(1, "two", { three: [3, null] });

    await eventually(() => expect(runs).toHaveLength(1));
    expect(runs[0]?.args).toEqual([1, "two", { three: [3, null] }]);
    expect(runs[0]?.job).toMatchObject({ jid, class: "HardJob", queue: "default", attempt: 1 });
    await eventually(async () => expect(await workers.leftoverJobs()).toBe(0));
    expect(await workers.redis.exists("queue:default", "retry", "dead")).toBe(0);
  });

  test("runs handlers that return at once, of any value", async () => {
    const values = [undefined, "x", withThen({ value: 7 }), Promise.resolve()];
    perform = (_job, i) => values[i as number];

    await job().performBulk(values.map((_, i) => [i]));

    await eventually(() => expect(runs).toHaveLength(values.length));
    await eventually(async () => expect(await workers.leftoverJobs()).toBe(0));
    expect(await workers.redis.exists("retry")).toBe(0);
  });

  test("takes a thenable that throws for a failure, and goes on", async () => {
    const values = [withThen({ value: broken }), withThen({ get: broken }), undefined];
    perform = (_job, i) => values[i as number];

    await job().performBulk(values.map((_, i) => [i]));

    await eventually(() => expect(runs).toHaveLength(3));
    await eventually(async () => expect(await workers.redis.zcard("retry")).toBe(2));
    for (const retry of await workers.redis.zrange("retry", "0", "-1")) {
      expect(JSON.parse(retry)).toMatchObject({ error_message: "broken thenable", retry_count: 0 });
    }
  });

  test("lets a job push another", async () => {
    perform = (_job, depth) =>
      (depth as number) > 0 ? job().performAsync((depth as number) - 1) : undefined;

    await job().performAsync(3);

    await eventually(() => expect(runs.map(({ args }) => args)).toEqual([[3], [2], [1], [0]]));
  });

  test("passes args that are no list as Ruby does", async () => {
    const args = [null, undefined, "text", 7, { a: 1 }, [[1], 2]];
    await pushTexts(
      workers.redis,
      args.map((one) => payloadText({ args: one })),
    );

    await eventually(() =>
      expect(runs.map((run) => run.args)).toEqual([[], [], ["text"], [7], [{ a: 1 }], [[1], 2]]),
    );
  });

  test("passes integers beyond 2^53 as the job asks for them", async () => {
    const args = '[12345678901234567890,[{"n":-9007199254740993}],1.5,7]';
    await pushTexts(
      workers.redis,
      [...jobs.keys()].map((name) => payloadText({ class: name, args: "?" }).replace('"?"', args)),
    );

    await eventually(() => expect(runs).toHaveLength(4));
    expect(Object.fromEntries(runs.map((run) => [run.job.class, run.args]))).toEqual({
      HardJob: [12345678901234567890n, [{ n: -9007199254740993n }], 1.5, 7],
      bigintJob: [12345678901234567890n, [{ n: -9007199254740993n }], 1.5, 7],
      stringJob: ["12345678901234567890", [{ n: "-9007199254740993" }], 1.5, 7],
      // Rounded, as it asked.
      numberJob: [Number("12345678901234567890"), [{ n: Number("-9007199254740993") }], 1.5, 7],
    });
  });

  test("logs a job's start and end, and gives it a logger that names it", async () => {
    perform = (context) => context.logger.info({ step: 1 }, "half way");

    const jid = await job().performAsync();

    await eventually(() => expect(workers.messages()).toContain("done"));
    expect(workers.log).toMatchObject([
      { msg: "start", jid, class: "HardJob" },
      { msg: "half way", jid, class: "HardJob", step: 1 },
      { msg: "done", jid, class: "HardJob", elapsed: expect.any(Number) as number },
    ]);
  });
});

describe.each(["reliable", "basic"] as const)("with %s fetch, a worker of its own", (fetch) => {
  afterEach(() => workers.end());

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
});
