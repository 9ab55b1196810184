/** Stops that wait for what does not end: three seconds, and no more. */
import { defineJob } from "@tsq/core";
import type { Extension, Service } from "@tsq/worker";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { eventually } from "../support/eventually.ts";
import { gate } from "../support/gate.ts";
import { ownTime } from "../support/own-time.ts";
import { payloadText, pushTexts } from "../support/payload-text.ts";
import { startRedis } from "../support/redis.ts";
import type { TestRedis } from "../support/redis.ts";
import { TestWorkers } from "../support/worker.ts";

let server: TestRedis;
let workers: TestWorkers;

beforeAll(async () => {
  server = await startRedis();
  workers = new TestWorkers(server);
});
beforeEach(() => workers.redis.flushdb());
afterEach(() => workers.end());
afterAll(() => server.stop());

test("a worker that stops does not wait for ever for a job that neither ends nor listens", async () => {
  const { opened, open } = gate();
  const job = defineJob("HardJob", () => opened);
  await pushTexts(workers.redis, [payloadText()]);
  const worker = await workers.start({ jobs: [job], shutdownTimeoutMs: 0 });
  await eventually(() => expect(worker.running()).toHaveLength(1));

  await worker.stop();

  expect(await workers.redis.llen("queue:default")).toBe(1);
  open();
});

test("job.client of a job that goes on after its worker has ended pushes no more", async () => {
  const { opened, open } = gate();
  const ends: unknown[] = [];
  const job = defineJob("HardJob", async ({ client }) => {
    await opened;
    for (const once of [1, 2]) await client.push({ class: "OtherJob", queue: "other", args: [once] });
  });
  await pushTexts(workers.redis, [payloadText()]);
  const worker = await workers.start({
    jobs: [job],
    shutdownTimeoutMs: 0,
    middleware: [(_job, next) => next().catch((error: unknown) => void ends.push(error))],
  });
  await eventually(() => expect(worker.running()).toHaveLength(1));
  await worker.stop();

  open();

  await eventually(() => expect(ends).toMatchObject([{ code: "TSQ_CLIENT_CLOSED" }]));
  expect(await workers.redis.exists("queue:other")).toBe(0);
});

test("a worker stops to its end when services never stop, after three seconds for all of them", async () => {
  const service: Service = { name: "s", start: () => {}, stop: () => new Promise(() => {}) };
  const hangs = (name: string): Extension => ({ name, install: (host) => host.addService(service) });
  const worker = await workers.start({ extensions: ["a", "b", "c"].map(hangs) });
  using time = ownTime();

  await worker.stop();

  // Three seconds for each would be nine.
  expect(time.ms).toBeLessThan(9_000);
  expect(workers.messages().at(-1)).toBe("Bye!");
  expect(workers.messages(40)).toEqual(
    ["c", "b", "a"].map(
      (name) => `The stop of \`s\` of the extension \`${name}\` has not ended in time; the worker goes on`,
    ),
  );
});
