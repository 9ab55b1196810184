/** What a job pushes with: a client to the Redis that the job came from. */
import { Client, configure, defaultClient, defineJob } from "@tsq/core";
import type { ClientMiddleware, JobClient } from "@tsq/core";
import { afterAll, afterEach, beforeAll, beforeEach, expect, onTestFinished, test } from "vitest";
import { eventually } from "../../support/eventually.ts";
import { payloadText, pushTexts } from "../../support/payload-text.ts";
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
// It expects that no connection is left, of the worker's client neither.
afterEach(() => workers.end());
afterAll(() => server.stop());

const other = defineJob("OtherJob", { queue: "other" }, (_job, _n: number) => {});

const pushed = async (): Promise<unknown[]> =>
  (await workers.redis.lrange("queue:other", 0, -1)).map((text) => JSON.parse(text) as unknown);

const stamping: ClientMiddleware = (payload, next) => {
  payload["tenant"] = "blue";
  return next();
};

test("job.client pushes to the worker's own Redis, through its client middleware and in its spelling", async () => {
  const job = defineJob("HardJob", async ({ client }) => {
    await client.push({ class: "OtherJob", queue: "other", args: [1] });
    await other.set({ client }).performAsync(2);
    await client.pushBulk({ class: "OtherJob", queue: "other", args: [[3]] });
  });
  await pushTexts(workers.redis, [payloadText()]);

  await workers.start({ jobs: [job], clientMiddleware: [stamping], wire: 7 });

  const floatSeconds = expect.closeTo(Date.now() / 1_000, -3) as number;
  await eventually(async () =>
    expect(await pushed()).toEqual(
      [3, 2, 1].map((n) => expect.objectContaining({ args: [n], tenant: "blue", created_at: floatSeconds })),
    ),
  );
});

test("job.client is one for all jobs and capsules of a worker", async () => {
  const clients: JobClient[] = [];
  const job = defineJob("HardJob", (context) => void clients.push(context.client, context.client));
  await pushTexts(workers.redis, [payloadText()], "a");
  await pushTexts(workers.redis, [payloadText()], "b");

  await workers.start({ jobs: [job], queues: ["a"], capsules: { other: { queues: ["b"] } } });

  await eventually(() => expect(clients).toHaveLength(4));
  expect(new Set(clients).size).toBe(1);
});

test("job.client of a worker that names no Redis is the client of configure()", async () => {
  const configured = configure({ redis: workers.target, middleware: [stamping] });
  onTestFinished(() => void configure());
  const seen: JobClient[] = [];
  const job = defineJob("HardJob", async ({ client }) => {
    seen.push(client);
    await client.push({ class: "OtherJob", queue: "other", args: [1] });
  });
  await pushTexts(workers.redis, [payloadText()]);

  await workers.start({ jobs: [job], redis: undefined });

  await eventually(async () => expect(await pushed()).toMatchObject([{ args: [1], tenant: "blue" }]));
  expect(seen).toEqual([configured]);
  expect(defaultClient()).toBe(configured);
  // Not at its leisure, when the worker has stopped: no key of it may be found half gone.
  await configured.close();
});

test("job.client goes where the job came from, also when configure() names another Redis later", async () => {
  configure({ redis: workers.target });
  onTestFinished(() => void configure());
  const job = defineJob("HardJob", ({ client }) =>
    client.push({ class: "OtherJob", queue: "other", args: [1] }),
  );
  await pushTexts(workers.redis, [payloadText()]);
  const worker = workers.make({ jobs: [job], redis: undefined });
  configure({ redis: "redis://127.0.0.1:1" });

  await worker.start();

  await eventually(async () => expect(await pushed()).toMatchObject([{ args: [1] }]));
});

test("job.client of a job that runs inline is the client that it was called with", async () => {
  const client = new Client({ redis: workers.target });
  onTestFinished(() => client.close());
  const seen: JobClient[] = [];
  const job = defineJob("HardJob", (context) => void seen.push(context.client));

  await job.set({ client }).performInline();
  await job.performInline();

  expect(seen[0]).toBe(client);
  expect(seen[1]).toBe(defaultClient());
});
