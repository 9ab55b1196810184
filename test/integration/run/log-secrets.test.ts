/** What an error carries beside its message never reaches a log, whoever writes the line. */
import { defineJob } from "@tsq/core";
import { Redis } from "ioredis";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { pino } from "pino";
import { eventually } from "../../support/eventually.ts";
import { payloadText, pushTexts } from "../../support/payload-text.ts";
import { startRedis } from "../../support/redis.ts";
import type { TestRedis } from "../../support/redis.ts";
import { TestWorkers } from "../../support/worker.ts";

const SECRET = "swordfish";
const KNOWN = ["code", "message", "stack", "type"];

let server: TestRedis;
let workers: TestWorkers;

beforeAll(async () => {
  server = await startRedis();
  workers = new TestWorkers(server);
});
afterEach(() => workers.end());
afterAll(() => server.stop());

/** As ioredis throws it: with the command, its arguments and so the password. */
const refusedPassword = async (): Promise<unknown> => {
  const client = new Redis(server.url, { lazyConnect: true });
  await client.connect();
  try {
    return await client.call("AUTH", "nobody", SECRET).catch((error: unknown) => error);
  } finally {
    client.disconnect();
  }
};

const refusedRequest = (): Error =>
  Object.assign(new Error("Request failed with status code 401"), {
    code: "ERR_BAD_REQUEST",
    config: { headers: { Authorization: `Bearer ${SECRET}` } },
    response: { body: Buffer.from(SECRET), data: { token: SECRET } },
    cause: Object.assign(new Error("unauthorized"), { password: SECRET }),
  });

describe.each(["the caller's logger", "the worker's own serializers"] as const)("with %s", (which) => {
  const logger = () => {
    const destination = {
      write: (line: string) => workers.log.push(JSON.parse(line) as (typeof workers.log)[0]),
    };
    return which === "the caller's logger" ? workers.logger : pino({ level: "trace" }, destination);
  };

  test.each([
    ["a refused AUTH", refusedPassword, { type: "ReplyError" }],
    [
      "a refused request",
      refusedRequest,
      {
        type: "Error",
        code: "ERR_BAD_REQUEST",
        message: "Request failed with status code 401 (caused by Error: unauthorized)",
      },
    ],
  ])("%s that a job throws is told by class, message, stack and code alone", async (_what, make, told) => {
    const thrown = await make();
    const job = defineJob("HardJob", () => {
      throw thrown;
    });
    await workers.start({ jobs: [job], logger: logger() });

    await pushTexts(workers.redis, [payloadText({ class: "HardJob" })]);
    const line = await eventually(() => {
      const found = workers.log.find(({ msg }) => msg === "fail");
      if (found) return found;
      throw new Error("Expected the job to fail.");
    });

    expect(line).toMatchObject({ err: told });
    expect(KNOWN).toEqual(expect.arrayContaining(Object.keys(line["err"] as object)));
    expect(JSON.stringify(workers.log)).not.toContain(SECRET);
  });
});

test("what an error handler, a hook or a listener throws is told no further", async () => {
  const job = defineJob("HardJob", { retryIn: () => Promise.reject(refusedRequest()) }, () => {
    throw refusedRequest();
  });
  const worker = workers.make({
    jobs: [job],
    errorHandlers: [() => Promise.reject(refusedRequest())],
  });
  worker.on("heartbeat", () => {
    throw refusedRequest();
  });
  await worker.start();

  await pushTexts(workers.redis, [payloadText({ class: "HardJob" })]);
  await eventually(() => expect(workers.messages()).toContain("Unexpected error"));
  await eventually(() => expect(workers.messages().join()).toContain("Failure in retryIn"));
  await eventually(() => expect(workers.messages().join()).toContain("Error in a heartbeat listener"));

  expect(JSON.stringify(workers.log)).not.toContain(SECRET);
});

test("megabytes that hang on an error stay out of the log", async () => {
  const job = defineJob("HardJob", () => {
    throw Object.assign(new Error("x".repeat(3_000_000)), { body: Buffer.alloc(1_000_000) });
  });
  await workers.start({ jobs: [job] });

  await pushTexts(workers.redis, [payloadText({ class: "HardJob" })]);
  await eventually(() => expect(workers.messages()).toContain("fail"));

  expect(JSON.stringify(workers.log).length).toBeLessThan(60_000);
});
