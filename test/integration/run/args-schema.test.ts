/** A worker checks the arguments of a job by its schema before the function runs, whoever pushed it. */
import { defineJob, InvalidArgumentsError } from "@tsq/core";
import type { Job, RawPayload } from "@tsq/core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import * as v from "valibot";
import { z } from "zod";
import { eventually } from "../../support/eventually.ts";
import { payloadText, pushTexts } from "../../support/payload-text.ts";
import { startRedis } from "../../support/redis.ts";
import type { TestRedis } from "../../support/redis.ts";
import { TestWorkers } from "../../support/worker.ts";

let server: TestRedis;
let workers: TestWorkers;
const ran: unknown[][] = [];

beforeAll(async () => {
  server = await startRedis();
  workers = new TestWorkers(server);
});
afterEach(async () => {
  ran.length = 0;
  await workers.end();
});
afterAll(() => server.stop());

const args = z.tuple([z.object({ zip: z.string() }), z.iso.date().transform((text) => new Date(text))]);
const note = (_job: unknown, ...got: unknown[]): void => void ran.push(got);
const good = [{ zip: "1234" }, "2030-01-01"];
const bad = [{ zip: 1234 }, "2030-01-01"];

const inSet = async (set: "retry" | "dead"): Promise<readonly RawPayload[]> =>
  (await workers.redis.zrange(set, "0", "-1")).map((text) => JSON.parse(text) as RawPayload);

/** Runs payloads as Ruby may have pushed them, until all of them have ended. */
const run = (job: object, ...lists: readonly unknown[]): Promise<void> => runWith({}, job, ...lists);

/** The same with these members in each. */
const runWith = async (fields: object, job: object, ...lists: readonly unknown[]): Promise<void> => {
  await workers.start({ jobs: [job as Job<never>] });
  await pushTexts(
    workers.redis,
    lists.map((list) => payloadText({ ...fields, args: list })),
  );
  await eventually(async () => {
    const ended = workers.messages().filter((message) => message === "done" || message === "fail");
    expect(ended).toHaveLength(lists.length);
    expect(await workers.leftoverJobs()).toBe(0);
  });
};

describe("arguments that the schema takes", () => {
  test("reach the function as the schema makes them", async () => {
    await run(defineJob("HardJob", { args }, note), good);

    expect(ran).toEqual([[{ zip: "1234" }, new Date("2030-01-01")]]);
  });

  test("reach it when an asynchronous schema has answered", async () => {
    const asynchronous = v.pipeAsync(
      v.tuple([v.number()]),
      v.transformAsync(async ([n]): Promise<[string]> => [`№ ${n}`]),
    );

    await run(defineJob("HardJob", { args: asynchronous }, note), [5]);

    expect(ran).toEqual([["№ 5"]]);
  });

  test("are spread from what is no list, as without a schema", async () => {
    await run(defineJob("HardJob", { args: z.array(z.number()) }, note), 5, null, [1, 2]);

    expect(ran.toSorted((a, b) => a.length - b.length)).toEqual([[], [5], [1, 2]]);
  });
});

describe("arguments that it does not take", () => {
  test("are retried with path and reason, and go on as they were pushed", async () => {
    await run(defineJob("HardJob", { args }, note), bad);

    expect(ran).toEqual([]);
    expect(await inSet("retry")).toEqual([
      expect.objectContaining({
        args: bad,
        retry_count: 0,
        error_class: "InvalidArgumentsError",
        error_message: expect.stringMatching(
          /^Expected arguments of HardJob that its `args` schema takes, but args\[0\]\.zip: .*expected string/,
        ),
      }),
    ]);
    expect(workers.errors.map(({ error }) => error)).toEqual([expect.any(InvalidArgumentsError)]);
  });

  test("are those of an asynchronous schema as well", async () => {
    const schema = z.tuple([z.number().refine(async (n) => n > 5, "is too small")]);

    await run(defineJob("HardJob", { args: schema }, note), [5], [6]);

    expect(ran).toEqual([[6]]);
    expect(await inSet("retry")).toMatchObject([
      { error_message: expect.stringContaining("args[0]: is too small") },
    ]);
  });

  test("go to the dead set at once where the job says so, after its hook", async () => {
    const told: unknown[] = [];
    const job = defineJob(
      "HardJob",
      {
        args,
        invalidArgs: "kill",
        retryIn: () => void told.push("retryIn"),
        retriesExhausted: (payload) => void told.push(payload.error_class),
      },
      note,
    );

    await run(job, bad);

    expect(await inSet("dead")).toMatchObject([{ args: bad, error_class: "InvalidArgumentsError" }]);
    expect(await inSet("retry")).toEqual([]);
    expect(told).toEqual(["InvalidArgumentsError"]);
  });
});

describe("a job whose invalid arguments are killed", () => {
  test.each([false, 0, 5])("goes to the dead set with `retry: %s`, with its error", async (retry) => {
    await runWith({ retry }, defineJob("HardJob", { args, invalidArgs: "kill" }, note), bad);

    expect(ran).toEqual([]);
    expect(await inSet("dead")).toMatchObject([
      {
        retry,
        args: bad,
        error_class: "InvalidArgumentsError",
        error_message: expect.stringContaining("args[0]"),
      },
    ]);
    expect(await inSet("retry")).toEqual([]);
  });

  test("goes nowhere with `dead: false`", async () => {
    await runWith(
      { retry: false, dead: false },
      defineJob("HardJob", { args, invalidArgs: "kill" }, note),
      bad,
    );

    expect([await inSet("dead"), await inSet("retry")]).toEqual([[], []]);
  });

  test("is dropped after an error of its own with `retry: false`", async () => {
    const job = defineJob("HardJob", { args, invalidArgs: "kill" }, () => {
      throw new RangeError("own");
    });

    await runWith({ retry: false }, job, good);

    expect([await inSet("dead"), await inSet("retry")]).toEqual([[], []]);
  });

  const other = defineJob("OtherJob", { args: z.tuple([z.number()]) }, note);

  test.each<readonly [what: string, fail: () => unknown]>([
    [
      "an error of its own",
      () => {
        throw new RangeError("own");
      },
    ],
    [
      "another job's invalid arguments",
      () => {
        throw new InvalidArgumentsError(other.name, "args[0]: is odd");
      },
    ],
  ])("is retried after %s, when its retryIn says", async (_what, fail) => {
    const seconds = 40_000;
    const job = defineJob("HardJob", { args, invalidArgs: "kill", retryIn: () => seconds }, fail);

    await run(job, good);

    const [, score] = await workers.redis.zrange("retry", "0", "-1", "WITHSCORES");
    expect(Number(score) - Date.now() / 1_000).toBeGreaterThan(seconds - 60);
    expect(await inSet("dead")).toEqual([]);
  });

  test("is retried as usual without a retryIn", async () => {
    const job = defineJob("HardJob", { args, invalidArgs: "kill" }, () => {
      throw new RangeError("own");
    });

    await run(job, good);

    expect(await inSet("retry")).toMatchObject([{ error_class: "RangeError" }]);
  });
});
