/** What a worker writes down beside what Sidekiq does: waits, jobs that have ended, failures, how late its loop was. */
import { defineJob } from "@tsq/core";
import { FinishedJobs, Jobs, ProcessSet, Waits } from "@tsq/core/api";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { eventually } from "../../support/eventually.ts";
import { addedKept, writeKept } from "../../support/inside-worker.ts";
import type { Kept, KeptAttempt, KeptJob } from "../../support/inside-worker.ts";
import { payloadText, pushTexts } from "../../support/payload-text.ts";
import { startRedis } from "../../support/redis.ts";
import type { TestRedis } from "../../support/redis.ts";
import { TestWorkers } from "../../support/worker.ts";

const JID = "0123456789abcdef01234567";
const NOW = Date.UTC(2030, 0, 1, 12);

let server: TestRedis;
let workers: TestWorkers;

beforeAll(async () => {
  server = await startRedis();
  workers = new TestWorkers(server);
});
beforeEach(() => workers.redis.flushdb());
afterAll(async () => {
  await workers.end();
  await server.stop();
});

const source = () => ({ redis: workers.redis });
const fine = defineJob("FineJob", () => {});
const failing = defineJob("FailingJob", () => {
  throw new TypeError(`no such card ${"x".repeat(1_000)}`);
});
const dropped = defineJob("DroppedJob", { retry: false }, () => {
  throw new Error("no");
});
const JOBS = [fine, failing, dropped];

/** Runs what is on the queue, and stops: the last beat writes what was noted. */
const ran = async (texts: readonly string[], keep?: object | false): Promise<void> => {
  await pushTexts(workers.redis, [...texts]);
  const worker = await workers.start({ jobs: JOBS, ...(keep === undefined ? {} : { keep }) });
  await eventually(async () => expect(await workers.redis.llen("queue:default")).toBe(0));
  await workers.hurried(worker.stop());
};

const ownKeys = async (): Promise<string[]> =>
  (await workers.redis.keys("tsq:*")).filter((key) => /^tsq:(?:attempts|finished|waits)/.test(key)).sort();

describe("a worker keeps", () => {
  test("how long the jobs of a queue waited", async () => {
    const since = Date.now() - 30_000;
    await ran([
      payloadText({ class: "FineJob", args: [], enqueued_at: since }),
      payloadText({ class: "FineJob", args: [], enqueued_at: since }),
    ]);

    const waits = await new Waits(source()).byQueue(2);

    const { count, p50Ms, averageMs } = waits.get("default") ?? {};
    expect([...waits.keys()]).toEqual(["default"]);
    expect({ count, p50Ms }).toEqual({ count: 2, p50Ms: 60_000 });
    expect(averageMs).toBeGreaterThanOrEqual(30_000);
  });

  test("a job that is done, and finds it by its jid, with what it took", async () => {
    await ran([payloadText({ jid: JID, class: "FineJob", args: [], enqueued_at: Date.now() - 5_000 })]);

    const { found, finished } = await new Jobs(source()).find(JID);

    expect(found).toBeUndefined();
    expect(finished).toMatchObject({ jid: JID, class: "FineJob", queue: "default", as: "done" });
    expect(finished?.waitedMs).toBeGreaterThanOrEqual(5_000);
    expect(await new FinishedJobs(source()).newest()).toEqual([finished]);
  });

  test("a job by the class that has run, whatever it calls itself", async () => {
    await ran([payloadText({ jid: JID, class: "FineJob", wrapped: "OtherJob", args: [] })]);

    expect(await new FinishedJobs(source()).newest()).toMatchObject([{ jid: JID, class: "FineJob" }]);
  });

  test("a job without retries that was dropped, and nothing of one that waits for its retry", async () => {
    const texts = [
      payloadText({ jid: JID, class: "DroppedJob", args: [], retry: false }),
      payloadText({ class: "FailingJob", args: [] }),
    ];
    await ran(texts);

    expect(await new FinishedJobs(source()).newest()).toMatchObject([{ jid: JID, as: "drop" }]);
  });

  test("each failure of a job, for its timeline, with a message that is cut", async () => {
    await ran([payloadText({ jid: JID, class: "FailingJob", args: [] })]);
    const [text = ""] = await workers.redis.zrange("retry", "0", "-1");
    await workers.redis.del("retry");
    await ran([text]);

    const { found } = await new Jobs(source()).find(JID);

    const failures = found?.timeline.filter(({ kind }) => kind === "failed");
    expect(failures?.map(({ attempt, failure }) => [attempt, failure?.errorClass])).toEqual([
      [1, "TypeError"],
      [2, "TypeError"],
    ]);
    expect(found?.attempts.map(({ errorMessage }) => errorMessage.length)).toEqual([500, 500]);
  });

  test("nothing at all when it is told so", async () => {
    await ran(
      [payloadText({ class: "FineJob", args: [] }), payloadText({ class: "FailingJob", args: [] })],
      false,
    );

    expect(await ownKeys()).toEqual([]);
  });

  test("what it is told to alone", async () => {
    await ran([payloadText({ class: "FineJob", args: [] }), payloadText({ class: "FailingJob", args: [] })], {
      attempts: 0,
      waits: false,
    });

    expect(await ownKeys()).toEqual(["tsq:finished"]);
  });

  test("how late its loop was, which a process without it does not say", async () => {
    const jobs = [defineJob("FineJob", () => {})];
    await workers.start({ jobs });
    await workers.start({ jobs, keep: { lag: false } });

    const processes = await new ProcessSet(source()).all();

    expect(processes.map(({ lagUs }) => typeof lagUs).sort()).toEqual(["number", "undefined"]);
  });
});

const LIMITS = { attempts: 3, finished: 5, waits: true, lag: true, days: 7 };
const attempt = (n: number): KeptAttempt => ({
  atMs: NOW + n,
  attempt: n,
  error_class: "Oops",
  error_message: "no",
  identity: "web:1:a",
  ms: 1,
});
const finished = (n: number): KeptJob => ({
  atMs: NOW + n,
  jid: String(n),
  class: "FineJob",
  queue: "default",
  as: "done",
  identity: "web:1:a",
  ms: 1,
});
const kept = (own: Partial<Kept>): Kept => ({
  limits: LIMITS,
  attempts: new Map(),
  finished: [],
  waits: new Map(),
  ...own,
});
const numbers = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

describe("what is kept is bounded:", () => {
  test("the newest jobs that have ended, so many", async () => {
    await writeKept(workers.redis, kept({ finished: numbers(12).map(finished) }), NOW);

    const jobs = await new FinishedJobs(source()).newest();
    expect(jobs.map(({ jid }) => jid)).toEqual(["11", "10", "9", "8", "7"]);
  });

  test.each([0, -1, 1.5, 10_001, Number.NaN, Infinity])("and %s is no number of them", async (most) => {
    const asked = new FinishedJobs(source()).newest(most);

    await expect(asked).rejects.toMatchObject({
      code: "TSQ_CONFIG",
      message: `Expected \`most\` to be an integer from 1 to 10000, got \`${most}\`.`,
    });
  });

  test("the last ten failures of a job", async () => {
    await writeKept(workers.redis, kept({ attempts: new Map([[JID, numbers(13).map(attempt)]]) }), NOW);

    expect(await workers.redis.zcard(`tsq:attempts:${JID}`)).toBe(10);
  });

  test("the failures of so many jobs, and those of others go", async () => {
    for (const n of numbers(5))
      await writeKept(workers.redis, kept({ attempts: new Map([[`j${n}`, [attempt(n)]]]) }), NOW);

    expect(await ownKeys()).toEqual([
      "tsq:attempts",
      "tsq:attempts:j2",
      "tsq:attempts:j3",
      "tsq:attempts:j4",
    ]);
    expect(await workers.redis.zrange("tsq:attempts", "0", "-1")).toEqual(["j2", "j3", "j4"]);
  });

  test("each key by a time to live", async () => {
    const waits = new Map([["a|b", { counts: [1], ms: 2 }]]);
    const attempts = new Map([[JID, [attempt(1)]]]);
    await writeKept(workers.redis, kept({ attempts, waits, finished: [finished(1)] }), NOW);

    const ttls = await Promise.all((await ownKeys()).map((key) => workers.redis.ttl(key)));
    expect(ttls).toEqual([604_800, 604_800, 604_800, 28_800]);
    expect(await workers.redis.hgetall("tsq:waits:2030-01-01T12:00")).toEqual({
      "a|b|0": "1",
      "a|b|ms": "2",
    });
  });

  test("during an outage too: of many beats no more waits for Redis than of one", () => {
    const jids = (from: number): Map<string, KeptAttempt[]> =>
      new Map(numbers(200).map((n) => [`j${from + n}`, [attempt(n)]]));
    const one = kept({ attempts: jids(0), finished: numbers(100).map(finished) });
    const other = kept({ attempts: jids(150), finished: numbers(100).map(finished) });

    const both = addedKept(one, other);

    expect(both?.attempts.size).toBe(200);
    expect(both?.attempts.get("j160")).toHaveLength(2);
    expect(both?.finished).toHaveLength(100);
  });
});

test("somebody's own bytes in these keys are left out, and a key of another type is nothing", async () => {
  await workers.redis.zadd("tsq:finished", 1, "no JSON", 2, "[]", 3, '{"atMs":"x","jid":"a"}');
  await workers.redis.set(`tsq:attempts:${JID}`, "a text");
  await workers.redis.zadd("retry", 1, payloadText({ jid: JID }));

  expect(await new FinishedJobs(source()).newest()).toEqual([]);
  expect((await new Jobs(source()).find(JID)).found?.attempts).toEqual([]);
  await workers.redis.flushdb();
});
