/** What becomes of a job of ActiveJob that throws, answers a verdict or takes too long. */
import { defineActiveJob } from "@tsq/active-job";
import { Client, discard, snooze } from "@tsq/core";
import type { JobContext } from "@tsq/core";
import { ScheduledSet } from "@tsq/core/api";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { enqueued, NEW_WRAPPER, OLD_WRAPPER } from "../../support/enqueued.ts";
import { eventually } from "../../support/eventually.ts";
import { pushTexts } from "../../support/payload-text.ts";
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
afterEach(() => workers.end());
afterAll(async () => {
  await client.close();
  await server.stop();
});

test("retryOn and then Sidekiq's own retry: the counts go from job to job, and each but the last is done", async () => {
  const seen: unknown[] = [];
  const job = defineActiveJob(
    "AgainJob",
    { client, retryOn: [{ error: RangeError, wait: 0, attempts: 3 }] },
    ({ jid, jobId, executions, exceptionExecutions, attempt }, n: number) => {
      seen.push([jid, jobId, executions, exceptionExecutions["[RangeError]"] ?? 0, attempt, n]);
      throw new RangeError("again");
    },
  );
  const worker = await workers.start({ jobs: [job], concurrency: 1 });

  const first = await job.performLater(7);
  const { payload } = await workers.jobIn("retry");
  await worker.stop();

  const jids = seen.map((one) => (one as readonly unknown[])[0]);
  const id = (seen[0] as readonly unknown[])[1];
  expect(jids[0]).toBe(first);
  expect(new Set(jids).size).toBe(3);
  expect(seen.map((one) => (one as readonly unknown[]).slice(1))).toEqual([
    [id, 1, 0, 1, 7],
    [id, 2, 1, 1, 7],
    [id, 3, 2, 1, 7],
  ]);
  expect(payload).toMatchObject({ jid: jids[2], error_class: "RangeError", retry_count: 0 });
  expect((payload["args"] as readonly object[])[0]).toMatchObject({
    executions: 2,
    provider_job_id: jids[1],
  });
  expect(await workers.redis.mget("stat:processed", "stat:failed")).toEqual(["3", "1"]);
  expect(workers.messages().filter((msg) => msg === "enqueued again by retryOn")).toHaveLength(2);
});

test("a job that is enqueued again waits in the schedule, not in the retry set", async () => {
  await pushTexts(workers.redis, [enqueued("WaitJob", [1.5], {}, { jid: "first", tags: ["a"] })]);
  await workers.start({
    jobs: [
      defineActiveJob("WaitJob", { retryOn: [{ error: Error, wait: 3_600 }] }, async () => {
        throw new TypeError("busy");
      }),
    ],
  });

  const { payload, score } = await workers.jobIn("schedule");

  expect(score).toBeGreaterThan(Date.now() / 1_000 + 3_500);
  expect(payload).toMatchObject({ wrapped: "WaitJob", tags: ["a"], queue: "default" });
  expect(await workers.redis.exists("retry")).toBe(0);
  await using scheduled = new ScheduledSet({ redis: server.url });
  for await (const job of scheduled) expect(job.displayClass).toBe("WaitJob");
});

test("a verdict that a job with rules answers or throws is carried out", async () => {
  const jobs = [
    defineActiveJob("AnswerJob", { discardOn: [Error] }, () => snooze(3_600)),
    defineActiveJob("VerdictJob", { discardOn: [Error] }, () => {
      throw discard("enough");
    }),
  ];
  await pushTexts(workers.redis, [enqueued("AnswerJob", []), enqueued("VerdictJob", [])]);

  await workers.start({ jobs });

  await workers.jobIn("schedule");
  expect(await workers.logged("discard")).toMatchObject({ class: "VerdictJob", reason: "enough" });
});

test.each([NEW_WRAPPER, OLD_WRAPPER])(
  "a job in a %s that is out of attempts tells retriesExhausted of its definition",
  async (wrapper) => {
    const told: unknown[] = [];
    await pushTexts(workers.redis, [enqueued("DeadJob", [], {}, { class: wrapper, retry: 0 })]);
    await workers.start({
      jobs: [
        defineActiveJob("DeadJob", { retriesExhausted: ({ wrapped }) => void told.push(wrapped) }, () => {
          throw new Error("no");
        }),
      ],
    });

    await workers.jobIn("dead");

    expect(told).toEqual(["DeadJob"]);
  },
);

test("a job that takes longer than its timeout fails by that, or meets a rule for it", async () => {
  const untilAborted = ({ signal }: JobContext): Promise<never> =>
    new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason as Error)));
  await pushTexts(workers.redis, [enqueued("SlowJob", []), enqueued("RuledJob", [])]);

  await workers.start({
    jobs: [
      defineActiveJob("SlowJob", { timeout: 0.05 }, untilAborted),
      defineActiveJob(
        "RuledJob",
        { timeout: 0.05, retryOn: [{ error: "TSQ_TIMEOUT", wait: 3_600 }] },
        untilAborted,
      ),
    ],
  });

  expect((await workers.jobIn("retry")).payload).toMatchObject({
    wrapped: "SlowJob",
    error_class: "JobTimeoutError",
  });
  const { payload } = await workers.jobIn("schedule");
  expect((payload["args"] as readonly object[])[0]).toMatchObject({
    exception_executions: { "[TSQ_TIMEOUT]": 1 },
  });
});

test("a worker that dies between enqueuing a job again and acknowledging it leaves both, and no attempt is lost", async () => {
  const seen: unknown[] = [];
  let isHeld = false;
  const define = (afterEnqueue: () => unknown, isMended: boolean) =>
    defineActiveJob(
      "BetweenJob",
      { retryOn: [{ error: RangeError, wait: 0, attempts: 5 }], afterEnqueue },
      ({ jid, jobId, executions }, n: number) => {
        seen.push([jid === "first", jobId, executions, n]);
        if (!isMended) throw new RangeError("again");
      },
    );
  await pushTexts(workers.redis, [enqueued("BetweenJob", [7], {}, { jid: "first" })]);
  const held = define(() => {
    isHeld = true;
    return new Promise(() => {});
  }, false);
  const dying = await workers.start({ jobs: [held], concurrency: 1, shutdownTimeoutMs: 1 });
  await eventually(() => expect(isHeld).toBe(true));

  dying.crashed();
  await dying.stop();
  expect(await workers.redis.llen("queue:default")).toBe(2);
  await workers.start({ jobs: [define(() => {}, true)], concurrency: 1 });

  await eventually(() => expect(seen).toHaveLength(3));
  const id = "8b5cf200-a32b-4447-b16c-d36346662ca3";
  expect(seen[0]).toEqual([true, id, 1, 7]);
  // The run that nobody has acknowledged is run once more, and the attempt after it too.
  expect(seen.slice(1).toSorted()).toEqual([
    [false, id, 2, 7],
    [true, id, 1, 7],
  ]);
});

test("the line of what retryOn has enqueued again names its new jid and ActiveJob's id, by which attempts are joined", async () => {
  const rules = { client, retryOn: [{ error: RangeError, wait: 3_600 }] };
  const job = defineActiveJob("JoinedJob", rules, () => {
    throw new RangeError("again");
  });
  await workers.start({ jobs: [job] });

  const jid = await job.performLater();

  const { payload } = await workers.jobIn("schedule");
  const [envelope] = payload["args"] as readonly [{ job_id: string }];
  expect(await workers.logged("enqueued again by retryOn")).toMatchObject({
    jid,
    newJid: payload["jid"],
    jobId: envelope.job_id,
    in: 3_600,
    executions: 1,
  });
});

test("no line says that a job was enqueued again when a callback has stopped it", async () => {
  const rules = {
    beforeEnqueue: () => "abort" as const,
    retryOn: [{ error: RangeError, wait: 1 }],
  };
  await pushTexts(workers.redis, [enqueued("StoppedJob", [])]);

  await workers.start({
    jobs: [
      defineActiveJob("StoppedJob", rules, () => {
        throw new RangeError("again");
      }),
    ],
  });

  await workers.logged("done");
  expect(await workers.redis.exists("schedule", "queue:default", "retry")).toBe(0);
  expect(workers.messages()).not.toContain("enqueued again by retryOn");
  expect(
    workers.messages().filter((message) => message.startsWith("not enqueued again by retryOn")),
  ).toHaveLength(1);
});

test("no line says that a job was enqueued again or discarded when that has thrown, and the run fails by it", async () => {
  const refusing = {
    beforeEnqueue: () => {
      throw new TypeError("not now");
    },
    retryOn: [{ error: RangeError, wait: 1 }],
  };
  const untold = {
    discardOn: [
      {
        error: RangeError,
        with: () => {
          throw new TypeError("cannot tell");
        },
      },
    ],
  };
  await pushTexts(workers.redis, [enqueued("RefusedJob", []), enqueued("UntoldJob", [])]);

  await workers.start({
    jobs: (
      [
        ["RefusedJob", refusing],
        ["UntoldJob", untold],
      ] as const
    ).map(([name, rules]) =>
      defineActiveJob(name, rules, () => {
        throw new RangeError("again");
      }),
    ),
  });

  await eventually(async () => expect(await workers.redis.zcard("retry")).toBe(2));
  expect(workers.messages().filter((message) => / by (?:retryOn|discardOn)$/.test(message))).toEqual([]);
});
