/**
 * ActiveJob's part of a payload, with values that no Rails writes: every field of its envelope, of every type, for every rule
 * that reads it. Whatever it holds, the others run, its slot is free again, and it is done or in one place.
 */
import { defineActiveJob } from "@tsq/active-job";
import type { ActiveJobContext } from "@tsq/active-job";
import { defineJob } from "@tsq/core";
import { pino } from "pino";
import { afterAll, beforeAll, expect, test } from "vitest";
import { NEW_WRAPPER } from "../support/enqueued.ts";
import { eventually } from "../support/eventually.ts";
import { VALUES } from "../support/odd-json.ts";
import { payloadText, pushTexts } from "../support/payload-text.ts";
import { startRedis } from "../support/redis.ts";
import type { TestRedis } from "../support/redis.ts";
import { TestWorkers } from "../support/worker.ts";

const HOUR = 3_600;
const ENVELOPE: Readonly<Record<string, string>> = {
  job_class: '"Later"',
  job_id: '"8b5cf200-a32b-4447-b16c-d36346662ca3"',
  provider_job_id: "null",
  queue_name: '"odd"',
  priority: "null",
  arguments: "[1]",
  executions: "0",
  exception_executions: "{}",
  locale: '"vi"',
  timezone: '"Hanoi"',
  enqueued_at: '"2029-12-31T00:00:00.123456789Z"',
  scheduled_at: "null",
};

/** As a job that reports what it is. */
const read = (job: ActiveJobContext): string =>
  JSON.stringify([
    [job.jobId, job.executions, job.exceptionExecutions, job.priority, job.locale, job.timezone],
    [job.enqueuedAt, job.scheduledAt, job.class, job.queue, job.arguments.length],
  ]);
const boom = (job: ActiveJobContext): never => {
  read(job);
  throw new RangeError("boom");
};
const KINDS = {
  Returns: defineActiveJob("Returns", (job) => void read(job)),
  Throws: defineActiveJob("Throws", boom),
  Again: defineActiveJob("Again", { retryOn: [{ error: RangeError, wait: HOUR }] }, boom),
  Discards: defineActiveJob("Discards", { discardOn: [RangeError], afterDiscard: read }, boom),
  Rescues: defineActiveJob(
    "Rescues",
    { rescueFrom: [{ error: RangeError, with: (job) => read(job) }] },
    boom,
  ),
};

let server: TestRedis;
let workers: TestWorkers;
const unhandled: unknown[] = [];
const seen = (error: unknown): void => void unhandled.push(error);

beforeAll(async () => {
  process.on("unhandledRejection", seen);
  server = await startRedis();
  workers = new TestWorkers(server);
});
afterAll(async () => {
  await workers.end();
  await server.stop();
  process.off("unhandledRejection", seen);
});

const textOf = (kind: string, field: string, value: string, mark: number): string => {
  const members = Object.entries({ ...ENVELOPE, [field]: value }).map(([key, text]) => `"${key}":${text}`);
  return `{"class":"${NEW_WRAPPER}","wrapped":"${kind}","queue":"odd","jid":"j${mark}","retry":true,"mark":${mark},"args":[{${members.join()}}]}`;
};

test("one odd field of the envelope, of every type, whatever the job and its rules do", async () => {
  const odds = Object.keys(KINDS).flatMap((kind) =>
    Object.keys(ENVELOPE).flatMap((field) => VALUES.map((value) => ({ kind, field, value }))),
  );
  const ran: number[] = [];
  await pushTexts(
    workers.redis,
    odds.flatMap(({ kind, field, value }, i) => [
      textOf(kind, field, value, i),
      ...(i % 10 === 0 ? [payloadText({ class: "Good", args: [i], queue: "odd" })] : []),
    ]),
    "odd",
  );

  await workers.start({
    jobs: [...Object.values(KINDS), defineJob("Good", (_job, n: number) => void ran.push(n))],
    queues: ["odd"],
    concurrency: 20,
    // As in production, but nobody reads it.
    logger: pino({ level: "info" }, { write: () => {} }),
  });

  await eventually(async () => expect(await workers.redis.llen("queue:odd")).toBe(0), { timeoutMs: 30_000 });
  await eventually(async () => expect(await workers.leftoverJobs()).toBe(0), { timeoutMs: 30_000 });
  expect(ran).toHaveLength(Math.ceil(odds.length / 10));
  const kept = (
    await Promise.all(["retry", "schedule", "dead"].map((set) => workers.redis.zrange(set, "0", "-1")))
  )
    .flat()
    .map((text) => Number(/"mark":(\d+)/.exec(text)?.[1]));
  expect(new Set(kept).size).toBe(kept.length);
  const lost = odds.filter(({ kind }, i) => (kind === "Throws" || kind === "Again") && !kept.includes(i));
  expect(lost).toEqual([]);
  // Without arguments that are a list there is nothing to run; whatever else is odd keeps no job from its end.
  const failed = odds.filter(
    ({ kind, field }, i) =>
      kind !== "Throws" && kind !== "Again" && field !== "arguments" && kept.includes(i),
  );
  expect(failed).toEqual([]);
  expect(unhandled).toEqual([]);
  const contexts = workers.errors.map(({ context }) => context.context);
  expect(contexts.filter((context) => context.startsWith("Could not"))).toEqual([]);
});
