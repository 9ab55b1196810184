/** What a run whose time is over may still say, and a log that throws meanwhile. */
import { defineJob, snooze } from "@tsq/core";
import type { RawPayload } from "@tsq/core";
import { pino } from "pino";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { eventually } from "../../support/eventually.ts";
import { CAME_BACK, FULL, GOES_ON, slow, told } from "../../support/overruns.ts";
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
afterEach(() => workers.end());
afterAll(() => server.stop());

const push = (jid = "slow", over: Readonly<Record<string, unknown>> = {}): Promise<number> =>
  workers.redis.lpush("queue:default", payloadText({ class: "SlowJob", jid, retry: 3, ...over }));

const retried = async (): Promise<RawPayload> => (await workers.jobIn("retry")).payload;

describe("a job whose time is over", () => {
  test("counts by the verdict that it returns in time", async () => {
    const job = slow(async (context) => {
      await told(context);
      return snooze(3_600);
    });
    await workers.start({ jobs: [job], concurrency: 1 });
    await push();

    await eventually(async () => expect(await workers.redis.zcard("schedule")).toBe(1));

    expect(await workers.redis.exists("retry")).toBe(0);
  });

  test("has failed by its timeout when it throws a verdict", async () => {
    const job = slow(async (context) => {
      await told(context);
      // oxlint-disable-next-line typescript/only-throw-error
      throw snooze(3_600);
    });
    await workers.start({ jobs: [job], concurrency: 1 });
    await push();

    expect(await retried()).toMatchObject({ error_class: "JobTimeoutError" });

    expect(await workers.redis.exists("schedule")).toBe(0);
  });
});

test("a log that throws keeps no place from being freed, and none from being taken again", async () => {
  const errors: unknown[] = [];
  const logger = pino(
    {
      hooks: {
        logMethod(args, method) {
          const isOfRuns = args.some((arg) => [GOES_ON, CAME_BACK, FULL].includes(String(arg)));
          if (isOfRuns) throw new Error("the log throws");
          method.apply(this, args);
        },
      },
    },
    { write: () => {} },
  );
  let release = (): void => {};
  const released = new Promise<void>((resolve) => (release = resolve));
  let ended = 0;
  let quickly = 0;
  const jobs = [
    slow(async () => {
      await released;
      ended++;
    }),
    defineJob("QuickJob", () => void quickly++),
  ];
  const errorHandlers = [(error: unknown) => errors.push(error)];
  const worker = await workers.start({ jobs, concurrency: 1, logger, errorHandlers });
  await push();

  expect(await retried()).toMatchObject({ error_class: "JobTimeoutError" });
  await workers.redis.lpush("queue:default", payloadText({ class: "QuickJob" }));
  release();
  await eventually(() => expect([ended, quickly]).toEqual([1, 1]));
  await worker.stop();

  expect(errors).toContainEqual(new Error("the log throws"));
});
