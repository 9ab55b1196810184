/** A worker runs what ActiveJob has enqueued: from Rails' own payloads, under both wrappers, as the class in them. */
import { activeJob, defineActiveJob, kwargs } from "@tsq/active-job";
import { Client } from "@tsq/core";
import type { JobContext } from "@tsq/core";
import { Metrics, RetrySet, WorkSet } from "@tsq/core/api";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { enqueued, NEW_WRAPPER, OLD_WRAPPER } from "../../support/enqueued.ts";
import { eventually } from "../../support/eventually.ts";
import { gate } from "../../support/gate.ts";
import { pushTexts } from "../../support/payload-text.ts";
import { startRedis } from "../../support/redis.ts";
import type { TestRedis } from "../../support/redis.ts";
import { GENERATIONS, payloadTexts, vectorNames } from "../../support/vectors.ts";
import { TestWorkers } from "../../support/worker.ts";

let server: TestRedis;
let workers: TestWorkers;
let client: Client;

beforeAll(async () => {
  server = await startRedis();
  workers = new TestWorkers(server);
  client = new Client({ redis: server.url });
});
afterEach(() => workers.end());
afterAll(async () => {
  await client.close();
  await server.stop();
});

describe.each(GENERATIONS)("of what Rails has enqueued beside Sidekiq %s", (version) => {
  // At once, for a time, many together, and again by retry_on or by Sidekiq's retry.
  const scenarios = vectorNames().filter(([name, of]) => name.startsWith("activejob-") && of === version);

  test("each job runs once, with its arguments", async () => {
    const texts = scenarios.flatMap(([scenario]) => payloadTexts(scenario, version));
    const enqueuedJobs = texts.map((text) => {
      const { wrapped, args } = JSON.parse(text) as EnqueuedByRails;
      return [wrapped, ...args[0].arguments];
    });
    const ran: unknown[][] = [];
    const job = (name: string) =>
      defineActiveJob(name, (_, ...args: unknown[]) => void ran.push([name, ...args]));
    await pushTexts(workers.redis, texts);

    await workers.start({ jobs: [...new Set(enqueuedJobs.map(([name]) => String(name)))].map(job) });

    await eventually(() => expect(ran).toHaveLength(texts.length));
    // Of the others the values of ActiveJob are tested by themselves.
    const plain = enqueuedJobs.filter((one) => one.every((value) => typeof value !== "object"));
    expect(plain).toContainEqual(["OptAj", "opt"]);
    expect(plain).toContainEqual(["MyAj", "at2100"]);
    expect(ran.filter((one) => one.length === 2).toSorted()).toEqual(plain.toSorted());
    expect(workers.errors).toEqual([]);
  });
});

/** As Rails' adapter writes it, as far as it is looked at. */
interface EnqueuedByRails {
  readonly wrapped: string;
  readonly args: readonly [{ readonly arguments: readonly unknown[] }];
}

test.each([NEW_WRAPPER, OLD_WRAPPER])(
  "a job is found by its class in a %s, with and without `wrapped`",
  async (wrapper) => {
    const ran: unknown[] = [];
    await pushTexts(workers.redis, [
      enqueued("FoundJob", [1], {}, { class: wrapper }),
      enqueued("FoundJob", [2], {}, { class: wrapper, wrapped: undefined }),
    ]);

    await workers.start({ jobs: [defineActiveJob("FoundJob", (_, n: number) => void ran.push(n))] });

    await eventually(() => expect(ran.toSorted()).toEqual([1, 2]));
  },
);

test("a job sees what is in its envelope", async () => {
  let seen: object | undefined;
  const text = enqueued(
    "SeeJob",
    [{ a: 1, _aj_symbol_keys: [] }],
    {
      executions: 2,
      exception_executions: { "[IOError]": 2 },
      priority: 5,
      scheduled_at: "2030-01-01T00:00:00.5Z",
    },
    { jid: "ofsidekiq" },
  );
  await pushTexts(workers.redis, [text]);

  await workers.start({
    jobs: [
      defineActiveJob("SeeJob", (job, hash: object) => {
        const { jid, queue, attempt, jobId, executions, exceptionExecutions, priority, locale, timezone } =
          job;
        const { enqueuedAt, scheduledAt, payloadText: own, class: name, isInterrupted, deadline } = job;
        seen = { jid, queue, attempt, jobId, executions, exceptionExecutions: { ...exceptionExecutions } };
        seen = {
          ...seen,
          priority,
          locale,
          timezone,
          enqueuedAt,
          scheduledAt,
          own,
          name,
          hash,
          isInterrupted,
          deadline,
        };
      }),
    ],
  });

  await eventually(() =>
    expect(seen).toEqual({
      jid: "ofsidekiq",
      queue: "default",
      attempt: 1,
      jobId: "8b5cf200-a32b-4447-b16c-d36346662ca3",
      executions: 3,
      exceptionExecutions: { "[IOError]": 2 },
      priority: 5,
      locale: "vi",
      timezone: "Hanoi",
      enqueuedAt: new Date("2029-12-31T00:00:00.123Z"),
      scheduledAt: new Date("2030-01-01T00:00:00.500Z"),
      own: text,
      name: "SeeJob",
      hash: { a: 1 },
      isInterrupted: false,
      deadline: undefined,
    }),
  );
});

test("what is enqueued here is run here, with keyword arguments, at once and later", async () => {
  const ran: unknown[] = [];
  const job = defineActiveJob("BothJob", { client }, (_, ...args: unknown[]) => void ran.push(args));
  const remote = activeJob<[n: number]>("BothJob", { client });
  await workers.start({ jobs: [job], pollIntervalAverage: 0.1 });

  await job.performLater(1, kwargs({ params: { a: null } }));
  await remote.set({ wait: 0.2 }).performLater(2);

  await eventually(() => expect(ran).toEqual([[1, { params: { a: null } }], [2]]));
});

describe("one class is one job, and its wrapper is nowhere:", () => {
  test("in the log, the counts, the metrics and the class that a job and middleware see", async () => {
    const classes: string[] = [];
    await pushTexts(workers.redis, [enqueued("NamedJob", [], {}, { jid: "one" })]);
    const worker = await workers.start({
      jobs: [
        defineActiveJob("NamedJob", (job) => {
          job.logger.info("working");
          classes.push(job.class);
        }),
      ],
      middleware: [
        (job: JobContext, next: () => Promise<void>) => {
          classes.push(job.class);
          return next();
        },
      ],
    });

    await workers.logged("done");
    await worker.stop();

    expect(classes).toEqual(["NamedJob", "NamedJob"]);
    const lines = workers.log.filter(({ jid }) => jid === "one");
    expect(lines.map(({ msg, class: name }) => [msg, name])).toEqual([
      ["start", "NamedJob"],
      ["working", "NamedJob"],
      ["done", "NamedJob"],
    ]);
    expect(JSON.stringify(workers.log)).not.toContain("Wrapper");
    await using metrics = new Metrics({ redis: server.url });
    const { jobs } = await metrics.topJobs();
    expect(jobs.map((one) => one.class)).toEqual(["NamedJob"]);
  });

  test("on the Busy page, in a dump and where the process says what it can run", async () => {
    const { opened, open } = gate();
    await pushTexts(workers.redis, [enqueued("BusyJob", ["arg"], {}, { jid: "busy" })]);
    const worker = await workers.start({ jobs: [defineActiveJob("BusyJob", () => opened)] });

    await using work = new WorkSet({ redis: server.url });
    await eventually(async () => {
      const [entry] = await work.all();
      expect([entry?.job.displayClass, entry?.job.displayArgs]).toEqual(["BusyJob", ["arg"]]);
    });
    expect(worker.running().map((job) => job.class)).toEqual(["BusyJob"]);
    expect(JSON.stringify(await workers.redis.get(`tsq:classes:${worker.identity}`))).toContain("BusyJob");
    open();
  });

  test.each([NEW_WRAPPER, OLD_WRAPPER])(
    "in what an error in a %s is told with, and its retryIn decides",
    async (wrapper) => {
      await pushTexts(workers.redis, [enqueued("FailJob", [1], {}, { class: wrapper, jid: "bad" })]);
      const startedAt = Date.now() / 1_000;
      await workers.start({
        jobs: [
          defineActiveJob("FailJob", { retryIn: () => 3_600 }, () => {
            throw new Error("no such luck");
          }),
        ],
      });

      const { payload, score } = await workers.jobIn("retry");

      expect(payload).toMatchObject({ wrapped: "FailJob", error_message: "no such luck", retry_count: 0 });
      // To which Sidekiq adds up to ten seconds.
      expect(score).toBeGreaterThanOrEqual(startedAt + 3_600);
      expect(score).toBeLessThanOrEqual(Date.now() / 1_000 + 3_610);
      expect((await workers.logged("fail"))["class"]).toBe("FailJob");
      await using retries = new RetrySet({ redis: server.url });
      for await (const job of retries) expect(job.displayClass).toBe("FailJob");
    },
  );
});
