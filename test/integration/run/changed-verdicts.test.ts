/** Verdicts that something has got hold of on their way: middleware that wraps errors, or a job that changes them by hand. */
import { defineJob, discard, snooze } from "@tsq/core";
import type { ServerMiddleware } from "@tsq/core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { payloadText } from "../../support/payload-text.ts";
import { startRedis } from "../../support/redis.ts";
import type { TestRedis } from "../../support/redis.ts";
import { TestWorkers } from "../../support/worker.ts";

let server: TestRedis;
let workers: TestWorkers;

beforeAll(async () => {
  server = await startRedis();
  workers = new TestWorkers(server);
});
afterEach(() => workers.clear());
afterAll(() => server.stop());

const push = (over: Readonly<Record<string, unknown>> = {}): Promise<number> =>
  workers.redis.lpush("queue:default", payloadText({ class: "SayJob", jid: "said", ...over }));

/** Wraps whatever it catches. */
const wrapping: ServerMiddleware = async (_, next) => {
  try {
    await next();
  } catch (cause) {
    throw new Error("wrapped", { cause });
  }
};

describe("a job behind middleware that wraps what it catches", () => {
  let answer: () => unknown;

  beforeAll(async () => {
    const job = defineJob("SayJob", () => answer());
    await workers.start({ jobs: [job], concurrency: 1, middleware: [wrapping] });
  });
  afterAll(() => workers.end());

  test("snoozes when it returns a verdict", async () => {
    answer = () => snooze(3_600);
    await push();

    await workers.jobIn("schedule");

    expect(await workers.redis.exists("retry")).toBe(0);
  });

  test("has failed when it throws one", async () => {
    answer = () => {
      throw snooze(3_600);
    };
    await push();

    expect((await workers.jobIn("retry")).payload).toMatchObject({ error_class: "Error" });

    expect(await workers.redis.exists("schedule")).toBe(0);
  });

  test("has failed when it returns a verdict that was changed by hand", async () => {
    answer = () => ({ ...snooze(60), seconds: undefined });
    await push();

    const { payload } = await workers.jobIn("retry");

    expect(payload).toMatchObject({
      error_class: "InvalidJobError",
      error_message: expect.stringContaining("Expected snooze() to get seconds"),
    });
  });

  test("has a line in the log that ends, however long its reason", async () => {
    answer = () => discard("x".repeat(1_000_000));
    await push();

    expect(await workers.logged("discard")).toMatchObject({ reason: "x".repeat(10_000) });
  });
});
