/** What both fetches have in common: what becomes of a job that runs for longer than its timeout. */
import { defineJob } from "@tsq/core";
import type { Handler, RawPayload } from "@tsq/core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { eventually } from "../../support/eventually.ts";
import { CAME_BACK, FULL, GOES_ON, GRACE_MS, slow, TIMEOUT_SECONDS, told } from "../../support/overruns.ts";
import { payloadText } from "../../support/payload-text.ts";
import { startRedis } from "../../support/redis.ts";
import type { TestRedis } from "../../support/redis.ts";
import { TestWorkers } from "../../support/worker.ts";

let server: TestRedis;
let workers: TestWorkers;
/** Lets every run end that waits for it. */
let release: () => void;
let released: Promise<void>;

beforeAll(async () => {
  server = await startRedis();
  workers = new TestWorkers(server);
});
beforeEach(() => {
  released = new Promise((resolve) => (release = resolve));
});
afterEach(async () => {
  release();
  if (workers.messages().includes(GOES_ON)) await workers.logged(CAME_BACK);
  await workers.clear();
});
afterAll(() => server.stop());

const push = (jid = "slow", over: Readonly<Record<string, unknown>> = {}): Promise<number> =>
  workers.redis.lpush("queue:default", payloadText({ class: "SlowJob", jid, retry: 3, ...over }));

const retried = async (): Promise<RawPayload> => (await workers.jobIn("retry")).payload;

describe.each(["reliable", "basic"] as const)("with %s fetch, a job whose time is over", (fetch) => {
  let handle: Handler<readonly unknown[]>;
  let graceMs: number;
  const job = Object.defineProperty(
    defineJob("SlowJob", { timeout: TIMEOUT_SECONDS, retry: 3 }, (context) => handle(context)),
    "graceMs",
    { get: () => graceMs },
  );
  const quick = defineJob("QuickJob", () => {});

  beforeAll(() => workers.start({ fetch, jobs: [job, quick], concurrency: 1 }));
  beforeEach(() => {
    graceMs = GRACE_MS;
    handle = () => released;
  });
  afterAll(() => workers.end());

  test("hears why, and is done when it returns", async () => {
    let reason: unknown;
    handle = async (context) => void (reason = await told(context));
    graceMs = 60_000;
    await push();

    await workers.logged("done");

    expect(workers.log).toContainEqual(
      expect.objectContaining({
        level: 40,
        jid: "slow",
        class: "SlowJob",
        code: "TSQ_TIMEOUT",
        elapsed: expect.any(Number),
        msg: "The job is told to end: its timeout is over",
      }),
    );
    expect(reason).toMatchObject({
      code: "TSQ_TIMEOUT",
      message: expect.stringContaining("timeout of 0.05 s"),
    });
    expect(await workers.redis.exists("retry", "queue:default")).toBe(0);
  });

  test("has failed by its timeout when it throws, whatever it throws", async () => {
    handle = async (context) => {
      await told(context);
      throw new TypeError("interrupted while reading");
    };
    graceMs = 60_000;
    await push();

    expect(await retried()).toMatchObject({
      error_class: "JobTimeoutError",
      error_message: expect.stringMatching(/timeout of 0\.05 s.*interrupted while reading/s),
      retry_count: 0,
    });
  });

  test("that does not end has failed after its grace, and leaves its place to the next", async () => {
    await push();
    await workers.logged(GOES_ON);
    const { error_class: name, error_message: message } = await retried();
    expect([name, message]).toEqual(["JobTimeoutError", expect.stringContaining("timeout of 0.05 s")]);
    const [, score] = await workers.redis.zrange("retry", "0", "-1", "WITHSCORES");
    expect(Number(score) * 1_000).toBeGreaterThan(Date.now());

    release();
    await workers.logged(CAME_BACK);
    await workers.redis.lpush("queue:default", payloadText({ class: "QuickJob", jid: "quick" }));

    await workers.hurried(workers.logged("done"));
    expect(workers.log.find(({ msg }) => msg === "done")).toMatchObject({ jid: "quick" });
    // What it returned changed nothing.
    expect(workers.messages().filter((msg) => msg === "done" || msg === "fail")).toEqual(["fail", "done"]);
    expect(await workers.redis.zcard("retry")).toBe(1);
  });

  test("no more is taken while as many go on as may, and then it is", async () => {
    await push();
    await workers.logged(FULL);
    const line = workers.log.find(({ msg }) => msg === FULL);
    expect(line).toMatchObject({
      capsule: "default",
      overrunning: 1,
      jobs: [{ jid: "slow", class: "SlowJob" }],
    });
    expect(workers.log.find(({ msg }) => msg === GOES_ON)).toMatchObject({
      jid: "slow",
      timeout: TIMEOUT_SECONDS,
      elapsed: expect.any(Number),
    });
    await workers.redis.lpush("queue:default", payloadText({ class: "QuickJob", jid: "quick" }));
    // A command behind what the worker would have sent.
    await workers.redis.ping();
    expect(workers.messages()).not.toContain("done");

    release();

    await workers.logged("Taking jobs again");
    await workers.hurried(workers.logged("done"));
  });

  test("pushes no more by its client once it goes on", async () => {
    const pushes: unknown[] = [];
    handle = async (context) => {
      const { client } = context;
      pushes.push(await client.push({ class: "OtherJob", args: [], queue: "other" }));
      await released;
      pushes.push(await client.push({ class: "OtherJob", args: [], queue: "other" }).catch((error) => error));
    };
    await push();
    await workers.logged(GOES_ON);

    release();

    await eventually(() => expect(pushes).toHaveLength(2));
    expect(pushes).toEqual([expect.any(String), expect.objectContaining({ code: "TSQ_TIMEOUT" })]);
    expect(await workers.redis.llen("queue:other")).toBe(1);
  });
});

describe.each(["reliable", "basic"] as const)("with %s fetch, and a worker of its own,", (fetch) => {
  const start = (job: ReturnType<typeof slow>, over = {}) =>
    workers.start({ fetch, jobs: [job, defineJob("QuickJob", () => {})], concurrency: 1, ...over });

  afterEach(() => workers.end());

  test("what goes on runs beside others, as many as the worker runs at once", async () => {
    await start(
      slow(() => released),
      { concurrency: 2 },
    );
    await push();
    await workers.logged(GOES_ON);

    for (let i = 0; i < 3; i++)
      await workers.redis.lpush("queue:default", payloadText({ class: "QuickJob", jid: `quick ${i}` }));

    await eventually(() => expect(workers.messages().filter((msg) => msg === "done")).toHaveLength(3));
    expect(workers.messages()).not.toContain(CAME_BACK);
  });

  test("a stop does not wait for what goes on", async () => {
    const worker = await start(
      slow(() => released),
      { shutdownTimeoutMs: 60_000 },
    );
    await push();
    await workers.logged(GOES_ON);
    await retried();

    await workers.hurried(worker.stop());

    expect(workers.messages()).not.toContain(CAME_BACK);
    expect(await workers.redis.zcard("retry")).toBe(1);
    expect(await workers.redis.exists("queue:default")).toBe(0);
  });

  test("a stop within the grace hands it back, and what it then does changes nothing", async () => {
    const aborted: unknown[] = [];
    const job = slow(async (context) => {
      aborted.push(await told(context));
      await released;
    }, 300);
    const worker = await start(job, { shutdownTimeoutMs: 0 });
    await push();
    await eventually(() => expect(aborted).toHaveLength(1));

    const stopped = workers.hurried(worker.stop());
    await eventually(async () => expect(await workers.redis.llen("queue:default")).toBe(1));
    release();
    await stopped;

    expect(workers.messages()).not.toContain(GOES_ON);
    expect(await workers.redis.llen("queue:default")).toBe(1);
    expect(await workers.redis.exists("retry")).toBe(0);
  });
});

describe("with a worker of its own", () => {
  afterEach(() => workers.end());

  test("a run that goes on is shown with the jobs that run, and as overrunning", async () => {
    const worker = await workers.start({ jobs: [slow(() => released)], concurrency: 1 });
    await push("slow", { tags: ["mine"] });
    await retried();

    expect(worker.running()).toEqual([
      { jid: "slow", class: "SlowJob", queue: "default", startedAt: expect.any(Date), overrunning: true },
    ]);
    // It beats at once.
    await worker.quiet();

    // An earlier beat may show it as one that runs.
    const shown = await eventually(async () => {
      const found = await workers.redis.hvals(`${worker.identity}:work`);
      expect(found).toHaveLength(1);
      const entry = JSON.parse(found[0] ?? "") as { payload: string };
      expect(entry).toMatchObject({ queue: "default", overrunning: true });
      return entry;
    });
    expect(JSON.parse(shown.payload)).toMatchObject({ jid: "slow", tags: ["mine", "overrunning"] });
  });

  test("the time before the handler is called does not count", async () => {
    const seen: boolean[] = [];
    const job = slow(({ signal }) => void seen.push(signal.aborted), 0);
    await workers.start({
      jobs: [job],
      middleware: [
        async (_, next) => {
          await new Promise((resolve) => setTimeout(resolve, 2_000 * TIMEOUT_SECONDS));
          await next();
        },
      ],
    });
    await push();

    await workers.logged("done");

    expect(seen).toEqual([false]);
  });

  test("one more than may go on keeps its place until another has ended", async () => {
    await workers.start({ jobs: [slow(() => released)], concurrency: 2 });
    for (const jid of ["one", "two", "three", "four"]) await push(jid);
    await workers.logged(FULL);

    release();

    await eventually(() => expect(workers.messages().filter((msg) => msg === CAME_BACK)).not.toHaveLength(0));
    await eventually(async () => expect(await workers.leftoverJobs()).toBe(0));
    expect(workers.messages().filter((msg) => msg === FULL).length).toBeGreaterThan(0);
  });
});
