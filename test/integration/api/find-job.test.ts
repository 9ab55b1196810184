/** A job by its id, in whatever state it is, with what it has been through. */
import { Client, defineJob } from "@tsq/core";
import { Fleet, Jobs, WorkSet } from "@tsq/core/api";
import type { FoundJob, JobLookupOptions } from "@tsq/core/api";
import { Worker } from "@tsq/worker";
import type { Redis } from "ioredis";
import { pino } from "pino";
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { eventually } from "../../support/eventually.ts";
import { holdsOnly, tellsRuns } from "../../support/held-runs.ts";
import { payloadText, pushTexts } from "../../support/payload-text.ts";
import { startRedis } from "../../support/redis.ts";
import type { TestRedis } from "../../support/redis.ts";

const JID = "0123456789abcdef01234567";

let server: TestRedis;
let redis: Redis;

beforeAll(async () => {
  server = await startRedis();
  redis = server.client();
});
afterAll(() => server.stop());
beforeEach(() => redis.flushdb());

const find = async (jid = JID): Promise<FoundJob | undefined> => (await new Jobs({ redis }).find(jid)).found;
const eventsOf = (found: FoundJob | undefined): readonly string[] =>
  (found?.timeline ?? []).map(
    ({ kind, at, attempt }) => `${kind}${attempt ?? ""} ${at.toISOString().slice(11, 19)}`,
  );

/** Noon of a day, and later. */
const NOON = Date.UTC(2030, 0, 1, 12);
const at = (minutes: number): number => NOON + minutes * 60_000;

describe("what a process of tsq has let go of since its heartbeat", () => {
  const RUN = payloadText({ jid: JID });

  beforeEach(async () => {
    await redis.sadd("processes", "host:1:abc");
    await redis.hset("host:1:abc", "info", "{}");
    await tellsRuns(redis, "host:1:abc", [RUN]);
    await holdsOnly(redis, "host:1:abc");
  });

  test("is found where it has gone to", async () => {
    await redis.zadd("retry", 1, RUN);

    expect(await find()).toMatchObject({ place: "retry" });
  });

  test("has ended, also by what somebody has just read of the fleet", async () => {
    const fleet = await new Fleet({ redis }).read();

    expect(await new Jobs({ redis }).find(JID, { fleet })).toMatchObject({
      found: undefined,
      left: { identity: "host:1:abc", tid: "t0" },
    });
  });

  test.each([
    ["it holds it", () => holdsOnly(redis, "host:1:abc", RUN)],
    ["it has just landed", () => redis.lpush("tsq:pad:host:1:abc~default:default", RUN)],
    ["its hash was lost", () => redis.del("tsq:in-flight:host:1:abc~default~0")],
    ["it goes on beyond its timeout", () => tellsRuns(redis, "host:1:abc", [RUN], { overrunning: true })],
    ["it holds no jobs that way, as Ruby", () => redis.hdel("tsq:owners", "host:1:abc~default~0")],
  ])("runs still where %s", async (_, make) => {
    await make();

    expect(await find()).toMatchObject({ place: "running", identity: "host:1:abc" });
  });

  test("is not among the runs that go on", async () => {
    const other = payloadText({ jid: `${JID}0` });
    await tellsRuns(redis, "host:1:abc", [RUN, other]);
    await holdsOnly(redis, "host:1:abc", other);
    const runs = new WorkSet({ redis });

    const on = await runs.stillRunning(await runs.all());

    expect(on.map(({ job }) => job.jid)).toEqual([`${JID}0`]);
  });
});

describe("a job is found", () => {
  test("nowhere when there is none, and all was looked at", async () => {
    await pushTexts(redis, [payloadText(), payloadText({ args: [JID] })]);
    await redis.zadd("retry", 1, payloadText({ args: [JID] }));

    expect(await new Jobs({ redis }).find(JID)).toEqual({ found: undefined, looked: 2, isComplete: true });
  });

  test("on its queue, with how many are ahead of it", async () => {
    const others = Array.from({ length: 700 }, () => payloadText());
    await pushTexts(
      redis,
      [...others.slice(0, 300), payloadText({ jid: JID, created_at: at(0), enqueued_at: at(1) })],
      "b",
    );
    await pushTexts(redis, others, "a");
    await redis.lpush("queue:b", ...others.slice(300));

    const found = await find();

    expect(found).toMatchObject({ place: "queue", ahead: 300, job: { jid: JID, queue: "b" } });
    expect(eventsOf(found)).toEqual(["created 12:00:00", "enqueued 12:01:00"]);
  });

  test("in the schedule, with when it is due", async () => {
    await redis.zadd(
      "schedule",
      at(60) / 1_000,
      payloadText({ jid: JID, created_at: at(0), enqueued_at: undefined }),
    );

    const found = await find();

    expect(found).toMatchObject({ place: "scheduled", job: { jid: JID } });
    expect(eventsOf(found)).toEqual(["created 12:00:00", "due 13:00:00"]);
  });

  test("among the retries, with its first and its last failure and the next attempt", async () => {
    const fields = {
      jid: JID,
      created_at: at(0),
      enqueued_at: at(9),
      failed_at: at(2),
      retried_at: at(10),
      retry_count: 3,
    };
    await redis.zadd("retry", at(30) / 1_000, payloadText(fields));

    const found = await find();

    expect(found?.place).toBe("retry");
    expect(eventsOf(found)).toEqual([
      "created 12:00:00",
      "failed1 12:02:00",
      "enqueued 12:09:00",
      "failed4 12:10:00",
      "due 12:30:00",
    ]);
  });

  test("dead, with when it died, in seconds as Sidekiq 7 writes them", async () => {
    const fields = {
      jid: JID,
      created_at: at(0) / 1_000,
      enqueued_at: at(1) / 1_000,
      failed_at: at(2) / 1_000 + 0.5,
    };
    await redis.zadd("dead", at(3) / 1_000, payloadText(fields));

    const found = await find();

    expect(found?.place).toBe("dead");
    expect(eventsOf(found)).toEqual([
      "created 12:00:00",
      "enqueued 12:01:00",
      "failed1 12:02:00",
      "died 12:03:00",
    ]);
  });

  test("cancelled, with when somebody asked for it", async () => {
    await pushTexts(redis, [payloadText({ jid: JID })]);
    const client = new Client({ redis });
    onTestFinished(() => client.close());
    const asked = await client.cancel(JID);

    const found = await find();

    expect(found?.cancelledAt).toEqual(asked);
    expect(found?.timeline.at(-1)).toEqual({ kind: "cancelled", at: asked });
  });

  test("running, as its process reports it", async () => {
    await redis.sadd("processes", "host:1:abc");
    await redis.hset("host:1:abc", "info", "{}");
    const payload = payloadText({ jid: JID, created_at: at(0), enqueued_at: at(1) });
    await redis.hset(
      "host:1:abc:work",
      "t1",
      JSON.stringify({ queue: "default", run_at: at(5) / 1_000, payload }),
    );

    const found = await find();

    expect(found).toMatchObject({ place: "running", identity: "host:1:abc", work: { tid: "t1" } });
    expect(eventsOf(found)).toEqual(["created 12:00:00", "enqueued 12:01:00", "started 12:05:00"]);
  });

  test("running, in what somebody has just read of the fleet, and also where it has begun since", async () => {
    await redis.sadd("processes", "host:1:abc");
    await redis.hset("host:1:abc", "info", "{}");
    const run = (jid: string) =>
      JSON.stringify({ queue: "default", run_at: 1, payload: payloadText({ jid }) });
    await redis.hset("host:1:abc:work", { t1: run("before"), t2: run(`${JID}0`) });
    const fleet = await new Fleet({ redis }).read();
    await redis.del("host:1:abc:work");
    await redis.hset("host:1:abc:work", { t1: run(`${JID}1`), t2: run(JID) });
    const jobs = new Jobs({ redis });

    expect((await jobs.find("before", { fleet })).found).toMatchObject({
      place: "running",
      work: { tid: "t1" },
    });
    expect((await jobs.find(JID, { fleet })).found).toMatchObject({ place: "running", work: { tid: "t2" } });
    expect((await jobs.find("after", { fleet })).found).toBeUndefined();
  });

  test("running as soon as a worker has taken it, before any heartbeat", async () => {
    let end = (): void => {};
    const ended = new Promise<void>((resolve) => (end = resolve));
    let isRunning = false;
    const client = new Client({ redis });
    const job = defineJob("SlowJob", { client }, async () => {
      isRunning = true;
      await ended;
    });
    const worker = new Worker({
      redis: server.url,
      jobs: [job],
      concurrency: 1,
      logger: pino({ level: "silent" }),
    });
    onTestFinished(async () => {
      end();
      await worker.stop();
      await client.close();
    });
    await worker.start();
    const jid = await job.performAsync();
    await eventually(() => expect(isRunning).toBe(true));

    const found = await find(jid ?? "");

    expect(found).toMatchObject({ place: "running", job: { jid, displayClass: "SlowJob" } });

    const [owner = ""] = await redis.hkeys("tsq:owners");
    const identity = owner.replace(/~.*/, "");
    await tellsRuns(redis, identity, [payloadText({ jid })]);
    expect(await find(jid ?? "")).toMatchObject({ place: "running", work: { identity } });
    end();
    // Its heartbeat tells of it still.
    await eventually(async () =>
      expect(await new Jobs({ redis }).find(jid ?? "")).toMatchObject({
        found: undefined,
        left: { identity },
      }),
    );
    expect(await redis.exists(`${identity}:work`)).toBe(1);
  });

  test.each(["a b", 'quo"te', "é", "*", "\u202e<script>", "__proto__"])("by the id %j", async (jid) => {
    await pushTexts(redis, [payloadText(), payloadText({ jid })]);

    expect((await find(jid))?.job.jid).toBe(jid);
  });
});

test("a lookup looks no further than it may, and says so", async () => {
  await pushTexts(redis, [payloadText({ jid: JID }), ...Array.from({ length: 500 }, () => payloadText())]);
  const jobs = new Jobs({ redis });

  expect(await jobs.find(JID, { most: 400 })).toEqual({ found: undefined, looked: 400, isComplete: false });
  expect((await jobs.find(JID, { most: 501 })).found?.place).toBe("queue");
});

test("a lookup is ended by its signal", async () => {
  const signal = AbortSignal.abort(new Error("gone"));

  await expect(new Jobs({ redis }).find(JID, { signal })).rejects.toThrow("gone");
});

test.each([
  ["", {}],
  [7, {}],
  [JID, { most: 0 }],
  [JID, { mots: 1 }],
])("a lookup of %j with %j is refused", async (jid, options) => {
  // From JavaScript anything can come.
  await expect(new Jobs({ redis }).find(jid as string, options as JobLookupOptions)).rejects.toMatchObject({
    code: "TSQ_CONFIG",
  });
});
