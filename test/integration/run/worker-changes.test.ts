/** A job that changes the payload it was given changes nothing of what becomes of it (WIRE §4.2). */
import { defineJob } from "@tsq/core";
import { afterAll, beforeAll, expect, test } from "vitest";
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
afterAll(async () => {
  await workers.end();
  await server.stop();
});

test("it is retried as it was pushed", async () => {
  const job = defineJob("HardJob", (context) => {
    Object.assign(context.payload, { retry: false, retry_count: 24, queue: "elsewhere", jid: "other" });
    throw new Error("no");
  });
  await pushTexts(workers.redis, [payloadText({ jid: "mine" })]);
  await workers.start({ jobs: [job] });

  const [text = ""] = await eventually(async () => {
    const found = await workers.redis.zrange("retry", "0", "-1");
    expect(found).toHaveLength(1);
    return found;
  });

  expect(JSON.parse(text)).toMatchObject({ jid: "mine", queue: "default", retry: true, retry_count: 0 });
});
