/** Jobs that a worker does not know: who is told to have them, how they get there, and when they fail after all. */
import { defineJob } from "@tsq/core";
import type { RawPayload } from "@tsq/core";
import { ProcessSet } from "@tsq/core/api";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { eventually } from "../../support/eventually.ts";
import { payloadText, pushTexts } from "../../support/payload-text.ts";
import { startRedis } from "../../support/redis.ts";
import type { TestRedis } from "../../support/redis.ts";
import { TestWorkers } from "../../support/worker.ts";

let server: TestRedis;
let workers: TestWorkers;
let ran: string[];

beforeAll(async () => {
  server = await startRedis();
  workers = new TestWorkers(server);
});
beforeEach(async () => {
  await workers.redis.flushdb();
  workers.log.length = 0;
  ran = [];
});
afterEach(async () => {
  // Of processes that nobody runs.
  await workers.redis.del("tsq:classes:web:1:b", "tsq:classes:web:1:c");
  await workers.end();
});
afterAll(() => server.stop());

const jobNamed = (name: string) => defineJob(name, (job) => void ran.push(`${name} ${job.jid}`));

// Nobody looks at what is due while a test looks at it.
const RARELY = 100_000;

const worker = (name: string, unknownJobs: "retry" | "handBack" = "handBack", pollIntervalAverage = RARELY) =>
  workers.start({ jobs: [jobNamed(name)], unknownJobs, pollIntervalAverage });

/** A process that somebody else runs: alive as long as its record is there. */
const process = async (identity: string, info: object, classes?: object): Promise<void> => {
  const record = { queues: ["default"], version: "tsq 1.0.0", ...info };
  await workers.redis
    .multi()
    .sadd("processes", identity)
    .hset(identity, "info", JSON.stringify(record), "quiet", "false")
    .exec();
  if (classes) await workers.redis.set(`tsq:classes:${identity}`, JSON.stringify(classes), "EX", 60);
};

const push = (...fields: Partial<RawPayload>[]) =>
  pushTexts(
    workers.redis,
    fields.map((own) => payloadText({ class: "BJob", ...own })),
  );

/** The only member of a set: its payload, and in how many seconds it is due. */
const member = async (set: "schedule" | "retry"): Promise<{ payload: RawPayload; seconds: number }> =>
  eventually(async () => {
    const [text = "", score, ...more] = await workers.redis.zrange(set, "0", "-1", "WITHSCORES");
    expect([text !== "", more]).toEqual([true, []]);
    return { payload: JSON.parse(text) as RawPayload, seconds: Number(score) - Date.now() / 1_000 };
  });

const YES = { names: ["BJob"], isCut: false };
const NO = { names: ["CJob"], isCut: false };

test("a worker says what it can run for as long as it beats, and takes it away when it stops", async () => {
  const one = workers.make({ jobs: [jobNamed("AJob")] });
  let beats = 0;
  one.on("beat", () => void beats++);
  await one.start();
  // The second is that of the thread, which takes the key away.
  await eventually(() => expect(beats).toBeGreaterThanOrEqual(2));
  const key = `tsq:classes:${one.identity}`;

  expect(JSON.parse((await workers.redis.get(key)) ?? "")).toEqual({ names: ["AJob"], isCut: false });
  expect(await workers.redis.ttl(key)).toBeGreaterThan(50);
  await one.stop();

  expect(await workers.redis.exists(key)).toBe(0);
});

test("two workers hand each other what they do not know, and each job runs once or comes back ten times", async () => {
  await worker("AJob", "handBack", 0.1);
  await worker("BJob", "handBack", 0.1);
  const jobs = Array.from({ length: 10 }, (_, i) => ({ class: i % 2 ? "AJob" : "BJob", jid: `j${i}` }));

  await push(...jobs);

  await eventually(
    async () => {
      // Nobody waits for the schedule.
      for (const text of await workers.redis.zrange("schedule", "0", "-1"))
        await workers.redis.zadd("schedule", "XX", "1", text);
      expect(ran.length + (await workers.redis.zcard("retry"))).toBe(10);
    },
    { timeoutMs: 30_000 },
  );
  const unlucky = (await workers.redis.zrange("retry", "0", "-1")).map(
    (text) => JSON.parse(text) as RawPayload,
  );
  expect(unlucky.filter((payload) => payload["tsq_handed"] !== 10)).toEqual([]);
  expect(
    new Set([...ran, ...unlucky.map(({ class: name, jid }) => `${String(name)} ${String(jid)}`)]),
  ).toEqual(new Set(jobs.map((job) => `${job.class} ${job.jid}`)));
  // Ten times in the wrong hands is rare where both are equally fast, which no test can see to.
  expect(ran.length).toBeGreaterThan(0);
});

describe("a job that the worker does not know", () => {
  test("fails by default, whoever could run it", async () => {
    await process("web:1:b", {}, YES);
    await worker("AJob", "retry");

    await push({});

    expect((await member("retry")).payload).toMatchObject({
      error_class: "NameError",
      error_message: expect.stringContaining(
        '`unknownJobs: "handBack"` of the Worker (`--unknown-jobs handBack`)',
      ),
      retry_count: 0,
    });
  });

  test("goes into the schedule when another can run it, with no attempt used up", async () => {
    await process("web:1:b", {}, YES);
    await worker("AJob");

    await push({ jid: "j" });

    const { payload, seconds } = await member("schedule");
    expect(payload).toMatchObject({ class: "BJob", jid: "j", queue: "default", tsq_handed: 1 });
    expect(payload).not.toHaveProperty("retry_count");
    expect(payload).not.toHaveProperty("at");
    expect(seconds).toBeGreaterThan(0);
    expect(seconds).toBeLessThanOrEqual(1);
    const lines = workers.log.filter(({ jid }) => jid === "j");
    // It never starts here.
    expect(lines).toEqual([expect.objectContaining({ msg: "handed on", class: "BJob", in: 1, times: 1 })]);
    expect(workers.errors).toEqual([]);
  });

  test.each([
    [1, 2],
    [4, 16],
    [6, 60],
    [9, 60],
  ])("that was handed on %i times waits %i s", async (times, seconds) => {
    await process("web:1:b", {}, YES);
    await worker("AJob");

    await push({ tsq_handed: times });

    const found = await member("schedule");
    expect(found.payload["tsq_handed"]).toBe(times + 1);
    expect(found.seconds).toBeGreaterThan(seconds - 2);
    expect(found.seconds).toBeLessThanOrEqual(seconds);
  });

  test("fails when it was handed on ten times", async () => {
    await process("web:1:b", {}, YES);
    await worker("AJob");

    await push({ tsq_handed: 10 });

    expect((await member("retry")).payload).toMatchObject({
      error_class: "NameError",
      error_message: expect.stringContaining("It was handed on 10 times, and nobody who can run it got it."),
      tsq_handed: 10,
    });
    expect(workers.messages()).toEqual(expect.arrayContaining(["start", "fail"]));
  });

  test("is left to Ruby when that serves the queue", async () => {
    await process("web:1:r", { version: "8.1.7" });
    await worker("AJob");

    await push({});

    expect((await member("schedule")).payload).toMatchObject({ tsq_handed: 1 });
  });

  test.each<[string, () => Promise<unknown>]>([
    ["whose list is cut", () => process("web:1:c", {}, { ...NO, isCut: true })],
    ["of a version that has no list", () => process("web:1:o", {})],
  ])("is left to a process of tsq %s", async (_what, others) => {
    await others();
    await worker("AJob");

    await push({});

    expect((await member("schedule")).payload).toMatchObject({ tsq_handed: 1 });
  });

  test.each<[string, () => Promise<unknown>]>([
    ["nobody says that it can", () => process("web:1:c", {}, NO)],
    ["who can does not serve the queue", () => process("web:1:b", { queues: ["low"] }, YES)],
    [
      "who said so is dead",
      async () => {
        await process("web:1:b", {}, YES);
        await workers.redis.del("web:1:b");
      },
    ],
    ["Ruby serves other queues", () => process("web:1:r", { version: "8.1.7", queues: ["low"] })],
  ])("fails when %s", async (_what, others) => {
    await others();
    await worker("AJob");

    await push({});

    expect((await member("retry")).payload).toMatchObject({
      error_class: "NameError",
      error_message: expect.stringContaining("No other process that takes jobs from its queue can run it"),
    });
  });

  test("fails when only the worker itself could be meant, whose own list is cut", async () => {
    const jobs = Array.from({ length: 501 }, (_, i) => jobNamed(`Job${i}`));
    const { identity } = await workers.start({ jobs, unknownJobs: "handBack", pollIntervalAverage: RARELY });
    const advertised = JSON.parse((await workers.redis.get(`tsq:classes:${identity}`)) ?? "") as object;
    expect(advertised).toMatchObject({ isCut: true });

    await push({});

    expect((await member("retry")).payload).toMatchObject({
      error_message: expect.stringContaining("No other process that takes jobs from its queue can run it"),
    });
    expect(await workers.redis.exists("schedule")).toBe(0);
  });

  test("fails while it may not be asked who can run it", async () => {
    await worker("AJob");
    await workers.redis.sadd("processes", "web:1:b");
    await workers.redis.del("processes");
    await workers.redis.set("processes", "of another type");

    await push({});

    expect((await member("retry")).payload).toMatchObject({ error_class: "NameError" });
    await workers.redis.del("processes");
  });
});

test("the data API says who can run a class, that nobody can, or that it does not know", async () => {
  const set = new ProcessSet({ redis: workers.target });
  try {
    expect(await set.runnersOf("BJob", "default")).toEqual({ kind: "nobody" });
    await process("web:1:c", {}, NO);
    expect(await set.runnersOf("BJob", "default")).toEqual({ kind: "nobody" });
    await process("web:1:r", { version: "8.1.7" });
    expect(await set.runnersOf("BJob", "default")).toEqual({ kind: "unknown", ruby: ["web:1:r"] });
    await process("web:1:b", {}, YES);
    expect(await set.runnersOf("BJob", "default")).toEqual({ kind: "yes", identities: ["web:1:b"] });
  } finally {
    await set.close();
  }
});

test("a class lacks a runner where processes serve its queue and all of them say that they do not have it", async () => {
  const set = new ProcessSet({ redis: workers.target });
  const lacks = () => set.lacksRunner(["Wrapper", "BJob"], "default");
  try {
    // That nobody serves a queue is another matter.
    expect(await lacks()).toBe(false);
    for (let i = 0; i < 110; i++) await process(`web:${i}:c`, {}, NO);
    expect(await lacks()).toBe(true);
    const processes = await set.all();
    await process("web:999:d", {}, YES);
    expect(await lacks()).toBe(false);
    expect(await set.lacksRunner(["BJob"], "default", processes)).toBe(true);
    await process("web:999:d", { version: "8.1.7" });
    expect(await lacks()).toBe(false);
    await process("web:999:d", { queues: ["low"] });
    expect(await lacks()).toBe(true);
    await process("web:999:d", {}, { names: [], isCut: true });
    expect(await lacks()).toBe(false);
  } finally {
    await set.close();
  }
});
