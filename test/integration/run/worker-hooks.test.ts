/** What both fetches have in common: what a job, and those who want to know of it, may say about its failure. */
import { defineJob } from "@tsq/core";
import type { DefineJobOptions, RawPayload } from "@tsq/core";
import type { DeathHandler, ErrorHandler } from "@tsq/worker";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
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
afterEach(() => workers.clear());
afterAll(() => server.stop());

const BOOM = new TypeError("boom");

interface Retry {
  readonly payload: RawPayload;
  readonly inSeconds: number;
}

const retries = async (): Promise<readonly Retry[]> => {
  const flat = await workers.redis.zrange("retry", "0", "-1", "WITHSCORES");
  return flat.flatMap((text, i) =>
    i % 2 === 0
      ? [{ payload: JSON.parse(text) as RawPayload, inSeconds: Number(flat[i + 1]) - Date.now() / 1_000 }]
      : [],
  );
};

const theRetry = (): Promise<Retry> =>
  eventually(async () => {
    const [retry] = await retries();
    if (!retry) throw new Error("Expected a job in the retry set.");
    return retry;
  });

const deadJobs = async (): Promise<readonly RawPayload[]> =>
  (await workers.redis.zrange("dead", "0", "-1")).map((text) => JSON.parse(text) as RawPayload);

const settled = (): Promise<void> =>
  eventually(async () => {
    expect(workers.messages()).toContain("fail");
    expect(await workers.leftoverJobs()).toBe(0);
  });

describe.each(["reliable", "basic"] as const)("with %s fetch,", (fetch) => {
  /** What the test has to say to the one worker of all of them. */
  let hooks: DefineJobOptions & { onDeath?: DeathHandler; onError?: ErrorHandler } = {};

  const job = defineJob(
    "HardJob",
    {
      retryIn: (...failure) => hooks.retryIn?.(...failure),
      retriesExhausted: (...failure) => hooks.retriesExhausted?.(...failure),
    },
    async () => {
      await Promise.resolve();
      throw BOOM;
    },
  );
  const deaths: (readonly [RawPayload, unknown])[] = [];

  beforeAll(async () => {
    await workers.start({
      fetch,
      jobs: [job],
      deathHandlers: [(...death) => hooks.onDeath?.(...death), (...death) => deaths.push(death)],
      errorHandlers: [
        (...error) => hooks.onError?.(...error),
        (error, context) => workers.errors.push({ error, context }),
      ],
    });
  });
  afterAll(() => workers.end());

  const run = async (own: typeof hooks, payload: Readonly<Record<string, unknown>> = {}) => {
    hooks = own;
    deaths.length = 0;
    await pushTexts(workers.redis, [payloadText({ jid: "j", ...payload })]);
    return deaths;
  };

  test.each([
    { how: "at once", answer: () => 1_000 },
    { how: "by and by", answer: () => Promise.resolve(1_000) },
  ])("retryIn says $how when a job runs again", async ({ answer }) => {
    const asked: unknown[] = [];

    await run({
      retryIn: (count, error, payload) => {
        asked.push(count, error, payload.jid);
        return answer();
      },
    });

    expect((await theRetry()).inSeconds).toBeGreaterThan(990);
    expect((await theRetry()).inSeconds).toBeLessThan(1_020);
    expect(asked).toEqual([0, BOOM, "j"]);
  });

  test("a retryIn that throws is reported, and the usual wait follows", async () => {
    await run({ retryIn: () => Promise.reject(new Error("no idea")) });

    expect((await theRetry()).inSeconds).toBeLessThan(30);
    expect(workers.messages(50)).toEqual(["Failure in retryIn of HardJob, falling back to the default"]);
    expect(workers.errors.map(({ error }) => error)).toEqual([BOOM, new Error("no idea")]);
  });

  test("retryIn kills a job", async () => {
    const deaths = await run({ retryIn: () => "kill" });

    await eventually(async () => expect(await deadJobs()).toMatchObject([{ jid: "j", retry_count: 0 }]));
    await eventually(() => expect(deaths).toMatchObject([[{ jid: "j" }, BOOM]]));
  });

  test.each<readonly [how: string, own: typeof hooks, payload: object, isDiscarded: boolean]>([
    ["retryIn discards it", { retryIn: () => "discard" }, {}, true],
    ["retriesExhausted discards it", { retriesExhausted: () => "discard" }, { retry: 0 }, true],
    ["it has dead: false", {}, { retry: 0, dead: false }, true],
    ["retryIn kills it, and it has dead: false", { retryIn: () => "kill" }, { dead: false }, true],
    ["it has retry: false", {}, { retry: false }, false],
    ["retryIn kills it", { retryIn: () => "kill" }, {}, false],
    ["it is out of attempts", {}, { retry: 0 }, false],
  ])("death handlers see whether a job was discarded: %s", async (_, own, payload, isDiscarded) => {
    const startMs = Date.now();

    const deaths = await run(own, { ...payload });

    await eventually(() => expect(deaths).toHaveLength(1));
    const discardedAt = deaths[0]?.[0]["discarded_at"];
    expect(discardedAt === undefined).toBe(!isDiscarded);
    if (isDiscarded) expect(discardedAt).toBeGreaterThanOrEqual(startMs);
    await settled();
    // It is a word to the handlers, and never written.
    for (const text of await workers.redis.zrange("dead", "0", "-1"))
      expect(text).not.toContain("discarded_at");
    expect(await workers.redis.zcard("retry")).toBe(0);
  });

  test("retryIn is not asked when a job is out of attempts", async () => {
    let asked = 0;

    await run({ retryIn: () => void asked++ }, { retry: 0 });

    await eventually(async () => expect(await deadJobs()).toHaveLength(1));
    expect(asked).toBe(0);
  });

  test("retriesExhausted is told of a job that is out of attempts, before the death handlers", async () => {
    const told: unknown[] = [];

    const deaths = await run(
      {
        retriesExhausted: async (payload, error) => {
          await Promise.resolve();
          told.push(payload.jid, payload.retry_count, payload.error_message, error);
        },
      },
      { retry: 1, retry_count: 0 },
    );

    await eventually(() => expect(deaths).toHaveLength(1));
    expect(told).toEqual(["j", 1, "boom", BOOM]);
    expect(await deadJobs()).toHaveLength(1);
  });

  test("retriesExhausted keeps a job out of the dead set", async () => {
    const deaths = await run({ retriesExhausted: () => "discard" }, { retry: 0 });

    await eventually(() => expect(deaths).toHaveLength(1));
    await settled();
    expect(await deadJobs()).toEqual([]);
  });

  test("a retriesExhausted that throws is reported, and the job is buried", async () => {
    await run(
      {
        retriesExhausted: () => {
          throw new Error("no idea");
        },
      },
      { retry: 0 },
    );

    await eventually(async () => expect(await deadJobs()).toHaveLength(1));
    expect(workers.messages(50)).toEqual(["Error calling retriesExhausted of HardJob"]);
  });

  test.each([{ retry: false }, { retry: 0, dead: false }])(
    "death handlers are told of a job with %o",
    async (payload) => {
      const deaths = await run({}, payload);

      await eventually(() => expect(deaths).toMatchObject([[{ jid: "j", error_class: "TypeError" }, BOOM]]));
      await settled();
      expect(await workers.redis.exists("retry", "dead")).toBe(0);
    },
  );

  test("every death handler is told, also after one that throws", async () => {
    await run({ onDeath: () => Promise.reject(new Error("no")) }, { retry: 0 });

    await eventually(() => expect(deaths).toMatchObject([[{ jid: "j" }, BOOM]]));
    expect(workers.messages(50)).toEqual(["Error calling death handler"]);
  });

  test.each([
    {
      how: "throws",
      onError: () => {
        throw new Error("a handler");
      },
      says: "An error handler threw",
    },
    { how: "rejects", onError: () => Promise.reject(new Error("a handler")), says: "Unexpected error" },
  ])("an error handler that $how costs nothing, and the others are told", async ({ onError, says }) => {
    await run({ onError });

    expect((await theRetry()).payload).toMatchObject({ jid: "j", error_message: "boom" });
    expect(workers.errors).toMatchObject([
      { error: BOOM, context: { context: "Job raised an error", payload: { jid: "j" } } },
    ]);
    await eventually(() => expect(workers.messages(50)).toEqual([says]));
  });
});
