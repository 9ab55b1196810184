/** Any payload that a process can have pushed comes through the whole way, all but the fields that a failure writes. */
import { defineJob } from "@tsq/core";
import { editPayload } from "@tsq/core/protocol";
import * as fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { eventually } from "../../support/eventually.ts";
import type { Poller } from "../../support/inside-worker.ts";
import { valueText } from "../../support/json-text.ts";
import { pushTexts } from "../../support/payload-text.ts";
import { pollerFor } from "../../support/services.ts";
import { startRedis } from "../../support/redis.ts";
import type { TestRedis } from "../../support/redis.ts";
import { TestWorkers } from "../../support/worker.ts";

const JOBS = 60;
// What a failure and a promotion write, and nothing before had.
const WRITTEN = [
  "error_message",
  "error_class",
  "failed_at",
  "retried_at",
  "retry_count",
  "enqueued_at",
] as const;

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

const poller = (): Poller =>
  pollerFor({
    redis: workers.target,
    onError: (error) => {
      throw error;
    },
  });

const untilThere = (set: "retry" | "dead", count: number): Promise<void> =>
  eventually(async () => expect(await workers.redis.zcard(set)).toBe(count), { timeoutMs: 20_000 });

test("from its queue through a failure, the retry set, its queue again and a last failure to the dead set", async () => {
  const job = defineJob("HardJob", () => {
    throw new Error("no");
  });
  const own = poller();
  await workers.start({ jobs: [job], queues: ["a"], concurrency: 20 });

  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(valueText, valueText), { minLength: JOBS, maxLength: JOBS }),
      async (values) => {
        await workers.redis.del("retry", "dead", "queue:a");
        const texts = values.map(
          ([args, extra], i) =>
            `{"retry":1, "class":"HardJob","args":[${args}],"jid":"j${i}","extra" : ${extra},"queue":"a","created_at":1795451241.0697975}`,
        );
        await pushTexts(workers.redis, texts, "a");

        await untilThere("retry", JOBS);
        await own.poll(Date.now() + 3_600_000);
        await untilThere("dead", JOBS);

        const removed = Object.fromEntries(WRITTEN.map((key) => [key, null]));
        const dead = await workers.redis.zrange("dead", "0", "-1");
        expect(dead.map((text) => editPayload(text, removed)).toSorted()).toEqual(texts.toSorted());
      },
    ),
    { numRuns: 3 },
  );
  await own.stop();
});
