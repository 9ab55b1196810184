/** A `queues` that holds another type costs Ruby's pages a name. It must cost no job. */
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { Capsule } from "../../support/capsule.ts";
import { eventually } from "../../support/eventually.ts";
import { payloadText } from "../../support/payload-text.ts";
import { pollerFor, rescuerFor } from "../../support/services.ts";
import { startRedis } from "../../support/redis.ts";
import type { TestRedis } from "../../support/redis.ts";
import { TestWorkers } from "../../support/worker.ts";

let server: TestRedis;
let workers: TestWorkers;

beforeAll(async () => {
  server = await startRedis();
  workers = new TestWorkers(server);
});
beforeEach(async () => {
  await workers.redis.flushdb();
  await workers.redis.set("queues", "oops");
});
afterEach(() => workers.end());
afterAll(() => server.stop());

const waiting = () => workers.redis.lrange("queue:a", 0, -1);

test("due jobs go to their queue", async () => {
  const texts = ["x", "y"].map((jid) => payloadText({ jid, queue: "a", enqueued_at: undefined }));
  await workers.redis.zadd("schedule", ...texts.flatMap((text) => [1, text]));
  const poller = pollerFor({
    redis: workers.target,
  });

  expect(await poller.poll()).toBe(2);

  await poller.stop();
  expect(await waiting()).toHaveLength(2);
});

test("the jobs of a dead process go back to their queue", async () => {
  const text = payloadText({ queue: "a" });
  await workers.redis.hset("tsq:owners", "web:1:abc~default~0", '["a"]');
  await workers.redis.hset("tsq:in-flight:web:1:abc~default~0", "#0", 7, "00", text);
  const rescuer = rescuerFor({
    redis: workers.target,
    suspectMs: 0,
    log: workers.logger,
  });

  await rescuer.look();
  expect(await rescuer.look()).toBe(1);

  await rescuer.stop();
  expect(await waiting()).toEqual([text]);
});

test("the jobs of a worker that stops go back to their queue", async () => {
  await workers.redis.lpush("queue:a", "job");
  const capsule = new Capsule(workers);
  await capsule.fetch.start();
  await eventually(() => expect(capsule.texts).toEqual(["job"]));

  await capsule.fetch.quiet();
  expect(await capsule.fetch.requeue(capsule.units)).toBe(1);

  for (const unit of capsule.units) unit.acknowledge();
  await capsule.fetch.stop();
  expect(await waiting()).toEqual(["job"]);
});
