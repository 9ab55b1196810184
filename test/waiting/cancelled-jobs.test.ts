/** What becomes of a job that somebody has cancelled, wherever it is, and of its mark. */
import { Client, defineJob } from "@tsq/core";
import { RetrySet } from "@tsq/core/api";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { cancellableJob } from "../support/cancellable-job.ts";
import { CommandTap } from "../support/command-tap.ts";
import { eventually } from "../support/eventually.ts";
import { gate } from "../support/gate.ts";
import { ownTime } from "../support/own-time.ts";
import { payloadText, pushTexts } from "../support/payload-text.ts";
import { TcpProxy } from "../support/proxy.ts";
import { startRedis } from "../support/redis.ts";
import type { TestRedis } from "../support/redis.ts";
import { TestWorkers } from "../support/worker.ts";

let server: TestRedis;
let workers: TestWorkers;
let client: Client;

beforeAll(async () => {
  server = await startRedis();
  workers = new TestWorkers(server);
});
beforeEach(async () => {
  await workers.redis.flushdb();
  client = new Client({ redis: server.url });
});
afterEach(async () => {
  await client.close();
  await workers.end();
});
afterAll(() => server.stop());

/** Fails when it is aborted, or does what it is made to do then. */
const waiting = (atAbort: () => unknown = () => Promise.reject(new Error("aborted"))) =>
  cancellableJob(atAbort);

/** What is left of a cancel. */
const marks = async (jid = "j"): Promise<number> => {
  const score = await workers.redis.zscore("tsq:cancelled", jid);
  return (await workers.redis.exists(`it-${jid}`)) + (score === null ? 0 : 1);
};
const totals = async (): Promise<readonly (string | null)[]> =>
  workers.redis.mget("stat:processed", "stat:failed");
const inRedis = (): Promise<number> => workers.redis.exists("queue:default", "retry", "schedule", "dead");

describe("a job that runs and is cancelled", () => {
  test("is aborted within two seconds, and what it throws then is no failure", async () => {
    const { job, started } = waiting();
    await pushTexts(workers.redis, [payloadText({ jid: "j" })]);
    const worker = await workers.start({ jobs: [job] });
    await eventually(() => expect(started).toHaveLength(1));
    using time = ownTime();

    await client.cancel("j");
    await eventually(() => expect(started[0]?.signal.aborted).toBe(true));
    expect(time.ms).toBeLessThan(2_000);
    expect(started[0]?.signal.reason).toMatchObject({ name: "JobCancelledError", code: "TSQ_CANCELLED" });
    await eventually(async () => expect(await marks()).toBe(0));
    await worker.stop();

    expect(await inRedis()).toBe(0);
    expect(await totals()).toEqual(["1", "0"]);
    expect(workers.messages()).toContain("cancelled");
    expect(workers.errors).toEqual([]);
  });

  test("and returns is done, and its mark goes", async () => {
    const { job, started } = waiting(() => undefined);
    await pushTexts(workers.redis, [payloadText({ jid: "j" })]);
    await workers.start({ jobs: [job] });
    await eventually(() => expect(started).toHaveLength(1));

    await client.cancel("j");

    await eventually(async () => expect(await marks()).toBe(0));
    expect(workers.messages()).toContain("done");
    expect(await inRedis()).toBe(0);
  });

  test("leaves how far it had come in Ruby, and takes away the mark alone", async () => {
    const { job, started } = waiting();
    const iteration = { ex: "3", c: "[5]", rt: "1.5" };
    await workers.redis.hset("it-j", iteration);
    await pushTexts(workers.redis, [payloadText({ jid: "j" })]);
    await workers.start({ jobs: [job] });
    await eventually(() => expect(started).toHaveLength(1));

    await client.cancel("j");

    await eventually(async () => expect(await workers.redis.zscore("tsq:cancelled", "j")).toBeNull());
    expect(await workers.redis.hgetall("it-j")).toEqual(iteration);
    await workers.redis.del("it-j");
  });

  test("by Ruby, which leaves no index, is aborted once it is a second old", async () => {
    const { job, started } = waiting();
    await workers.redis.hset("it-j", "cancelled", "1795451241");
    await pushTexts(workers.redis, [payloadText({ jid: "j" })]);

    await workers.start({ jobs: [job] });

    await eventually(() => expect(started[0]?.signal.reason).toMatchObject({ code: "TSQ_CANCELLED" }));
    await eventually(async () => expect(await marks()).toBe(0));
    expect(await inRedis()).toBe(0);
  });

  test("and does not listen goes on, is put back by a stop, and is dropped by whoever gets it next", async () => {
    const { job, open, started } = waiting(() => new Promise(() => {}));
    await pushTexts(workers.redis, [payloadText({ jid: "j" })]);
    const worker = await workers.start({ jobs: [job], shutdownTimeoutMs: 0 });
    await eventually(() => expect(started).toHaveLength(1));
    await client.cancel("j");
    await eventually(() => expect(started[0]?.signal.aborted).toBe(true));

    await Promise.all([worker.stop(), new Promise((resolve) => setImmediate(resolve)).then(open)]);
    await pushTexts(workers.redis, [payloadText({ jid: "other" })]);
    await workers.start({ jobs: [job] });

    await eventually(() => expect(started.at(-1)?.jid).toBe("other"));
    await eventually(async () => expect(await marks()).toBe(0));
    expect(started.map(({ jid }) => jid)).toEqual(["j", "other"]);
  });
});

test("a cancelled job that hangs beyond its timeout leaves its place to the next, and is no failure", async () => {
  const { opened, open } = gate();
  onTestFinished(open);
  const hangs = Object.defineProperty(
    defineJob("HardJob", { timeout: 2.5 }, () => opened),
    "graceMs",
    { value: 0 },
  );
  // The other place is taken for as long.
  const classes = { j: "HardJob", other: "OtherJob", next: "NextJob" };
  await pushTexts(
    workers.redis,
    Object.entries(classes).map(([jid, name]) => payloadText({ jid, class: name })),
  );
  await client.cancel("j");
  await workers.redis.del("tsq:cancelled");
  const jobs = [hangs, defineJob("OtherJob", () => opened), defineJob("NextJob", () => {})];
  await workers.start({ jobs, concurrency: 2 });

  await eventually(() =>
    expect(workers.log.find(({ msg }) => msg === "done")).toMatchObject({ jid: "next" }),
  );

  expect(workers.log.find(({ msg }) => msg === "cancelled")).toMatchObject({ jid: "j" });
  expect(workers.messages()).not.toContain("fail");
  expect(await inRedis()).toBe(0);
  open();
  await eventually(() => expect(workers.messages().join()).toContain("its result counts no more"));
});

describe("a job that is cancelled before its turn", () => {
  test("does not start, also by a worker that was not there, and counts as processed", async () => {
    const { job, started } = waiting();
    await pushTexts(workers.redis, [payloadText({ jid: "j" })]);
    await client.cancel("j");

    const worker = await workers.start({ jobs: [job] });
    await eventually(async () => expect(await marks()).toBe(0));
    await worker.stop();

    expect(started).toEqual([]);
    expect(await inRedis()).toBe(0);
    expect(await totals()).toEqual(["1", "0"]);
    expect(workers.messages()).toContain("cancelled");
  });

  test("in the schedule is dropped when its time has come", async () => {
    const { job, started } = waiting();
    await workers.redis.zadd("schedule", 1, payloadText({ jid: "j" }));
    await client.cancel("j");

    await workers.start({ jobs: [job], pollIntervalAverage: 0.001 });

    await eventually(async () => expect(await inRedis()).toBe(0));
    await eventually(async () => expect(await marks()).toBe(0));
    expect(started).toEqual([]);
  });

  test("and then retried by hand runs at once, by a worker that still has it in mind", async () => {
    const { job, open, started } = waiting();
    open();
    await workers.redis.zadd("retry", 4_102_444_800, payloadText({ jid: "j" }));
    await client.cancel("j");
    // It looks before its first job.
    await workers.start({ jobs: [job] });

    const retries = new RetrySet({ redis: workers.redis });
    await (await retries.findJob("j"))?.retry();

    await eventually(() => expect(started.map(({ jid }) => jid)).toContain("j"));
    expect(started.find(({ jid }) => jid === "j")?.signal.aborted).toBe(false);
  });
});

describe("who looks for cancelled jobs", () => {
  test("asks one command a second while nobody cancels, and none for a job", async () => {
    const proxy = await TcpProxy.listen(server.port);
    onTestFinished(() => proxy.stop());
    const tap = new CommandTap(proxy);
    let runs = 0;
    const job = defineJob("HardJob", () => void runs++);
    const worker = await workers.start({ jobs: [job], redis: { ...workers.target, port: proxy.port } });
    await pushTexts(
      workers.redis,
      Array.from({ length: 1_000 }, () => payloadText()),
    );
    await eventually(() => expect(runs).toBe(1_000));
    await eventually(() => expect(tap.commands("zrange").length).toBeGreaterThan(2));

    expect(tap.commands("hget").filter(([, key]) => key?.startsWith("it-"))).toEqual([]);
    expect(tap.commands("zrange").every(([, key]) => key === "tsq:cancelled")).toBe(true);
    await worker.stop();
  });

  test("says once what keeps it from that, and jobs go on", async () => {
    let runs = 0;
    const job = defineJob("HardJob", () => void runs++);
    await workers.redis.set("tsq:cancelled", "x");
    await pushTexts(workers.redis, [payloadText()]);

    await workers.start({ jobs: [job] });

    await eventually(() => expect(runs).toBe(1));
    const told = () => workers.messages(50).filter((line) => line.includes("look for cancelled jobs"));
    await eventually(() => expect(told()).toHaveLength(1));
    await workers.redis.del("tsq:cancelled");
    await eventually(() => expect(workers.messages().at(-1)).toMatch(/^Redis is back|^Can look/));
    expect(told()).toHaveLength(1);
  });
});
