/** Valid JSON that no Sidekiq writes, in the sets: what is due is moved or buried, and everything can be looked at. */
import type { ClientMiddleware } from "@tsq/core";
import { DeadSet, Queue, RetrySet, WorkSet } from "@tsq/core/api";
import type { JobRecord, SortedEntry } from "@tsq/core/api";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { deepFields } from "../../support/deep-json.ts";
import { oddFields, VALUES } from "../../support/odd-json.ts";
import { pollerFor } from "../../support/services.ts";
import { startRedis } from "../../support/redis.ts";
import type { TestRedis } from "../../support/redis.ts";
import { TestWorkers } from "../../support/worker.ts";

let server: TestRedis;
let workers: TestWorkers;

beforeAll(async () => {
  server = await startRedis();
  workers = new TestWorkers(server);
});
beforeEach(() => workers.redis.flushdb());
afterAll(async () => {
  await workers.end();
  await server.stop();
});

const odd = (): readonly Readonly<Record<string, string>>[] => [
  ...oddFields(),
  ...deepFields(5).map(({ field, value }) => ({ [field]: value })),
];

const textOf = (fields: Readonly<Record<string, string>>, mark: number): string => {
  const usual = { class: '"HardJob"', args: "[]", jid: `"j${mark}"` };
  return `{${Object.entries({ ...usual, ...fields })
    .map(([key, value]) => `"${key}":${value}`)
    .join(",")}}`;
};

const poll = async (middleware: readonly ClientMiddleware[]): Promise<readonly unknown[]> => {
  const errors: unknown[] = [];
  const poller = pollerFor({
    redis: workers.target,
    middleware,
    policy: { maxRetries: 25, deadMaxJobs: 100_000, deadTimeoutInSeconds: 15_552_000 },
    onError: (error) => errors.push(error),
  });
  await poller.poll(1e90);
  await poller.stop();
  return errors;
};

const look = (job: JobRecord): unknown => [
  [job.jid, job.queue, job.displayClass, job.displayArgs, job.tags, job.error, job.payload],
  [job.createdAt, job.enqueuedAt, job.failedAt, job.retriedAt, job.backtrace, job.latency()],
];
const lookAtEntry = (entry: SortedEntry): unknown => [entry.id, entry.at, look(entry)];

describe.each([
  { who: "without client middleware", middleware: [] },
  { who: "with client middleware", middleware: [async (_: unknown, next: () => Promise<unknown>) => next()] },
])("a job with an odd field is moved on by a poller and can be looked at, $who:", ({ middleware }) => {
  const members = odd().map((fields, i) => textOf({ queue: '"elsewhere"', ...fields }, i));

  test.each(["retry", "schedule"])("%s", async (set) => {
    await workers.redis.zadd(set, ...members.flatMap((text) => [1, text]));
    await using entries = new RetrySet({ redis: workers.target });
    if (set === "retry") for await (const entry of entries) lookAtEntry(entry);

    const errors = await poll(middleware as unknown as readonly ClientMiddleware[]);

    expect(await workers.redis.zcard(set)).toBe(0);
    const queues = await workers.redis.keys("queue:*");
    const lengths = await Promise.all(queues.map(async (key) => workers.redis.llen(key)));
    const dead = await workers.redis.zcard("dead");
    expect(lengths.reduce((sum, length) => sum + length, dead)).toBe(new Set(members).size);
    expect(errors).toHaveLength(dead);
    await using deaths = new DeadSet({ redis: workers.target });
    for await (const entry of deaths) lookAtEntry(entry);
    await deaths.retryAll();
  });
});

test("a job with an odd field that waits in its queue can be looked at", async () => {
  const members = odd().map((fields, i) => textOf(fields, i));
  await workers.redis.lpush("queue:a", ...members);
  await using queue = new Queue("a", { redis: workers.target });

  let jobs = 0;
  for await (const job of queue) {
    look(job);
    jobs++;
  }

  expect(jobs).toBe(members.length);
});

test("a running job with an odd field can be looked at, also as Sidekiq 6 reports it", async () => {
  const works = odd().flatMap((fields, i) => {
    const text = textOf(fields, i);
    return [text, JSON.stringify(text)].map((payload) => `{"queue":"a","payload":${payload},"run_at":1}`);
  });
  works.push(...VALUES.map((value) => `{"queue":${value},"payload":${value},"run_at":${value}}`));
  await workers.redis.sadd("processes", "web:1:abc");
  await workers.redis.hset("web:1:abc:work", ...works.flatMap((work, i) => [`t${i}`, work]));
  await using set = new WorkSet({ redis: workers.target });

  const found = await set.all();

  expect(found).toHaveLength(works.length);
  for (const { job } of found) look(job);
});
