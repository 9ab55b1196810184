/** What reliable fetch promises: whatever happens to the server or the connection, no job is lost. */
import { defineJob } from "@tsq/core";
import type { JobContext } from "@tsq/core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { eventually } from "../../support/eventually.ts";
import { gate } from "../../support/gate.ts";
import { payloadText, pushTexts } from "../../support/payload-text.ts";
import { TcpProxy } from "../../support/proxy.ts";
import { startRedis } from "../../support/redis.ts";
import type { TestRedis } from "../../support/redis.ts";
import { withPads } from "../../support/with-way.ts";
import { TestWorkers } from "../../support/worker.ts";

let server: TestRedis;
let workers: TestWorkers;

beforeAll(async () => {
  server = await startRedis();
  workers = new TestWorkers(server);
});
beforeEach(() => workers.redis.flushdb());
afterEach(() => workers.end());
afterAll(() => server.stop());

/** Jobs that wait for a gate. */
const held = () => {
  const { opened, open } = gate();
  const started: JobContext[] = [];
  const ended: string[] = [];
  const job = defineJob("HardJob", async (context) => {
    started.push(context);
    await opened;
    ended.push(context.jid);
  });
  return { job, open, started, ended };
};

const counting = () => {
  const runs = new Map<string, number>();
  const job = defineJob("HardJob", async (context) => {
    runs.set(context.jid, (runs.get(context.jid) ?? 0) + 1);
    await Promise.resolve();
  });
  return { job, runs };
};

const inFlight = async (owner: string): Promise<readonly string[]> => {
  const hash = await workers.redis.hgetall(`tsq:in-flight:${owner}`);
  return Object.entries(hash).flatMap(([field, value]) => (field.startsWith("#") ? [] : [value]));
};

const ownerOf = (worker: { readonly identity: string }, epoch = 0): string =>
  `${worker.identity}~default~${epoch}`;

describe("a job in flight", () => {
  test("is in Redis while it runs, and its owner can be found", async () => {
    const { job, open, started, ended } = held();
    const texts = [payloadText(), payloadText({ queue: "elsewhere" })];
    await pushTexts(workers.redis, texts);
    const worker = await workers.start({ jobs: [job] });
    await eventually(() => expect(started).toHaveLength(2));

    expect(new Set(await inFlight(ownerOf(worker)))).toEqual(new Set([`\ndefault\n${texts[1]}`, texts[0]]));
    expect(await workers.redis.hgetall("tsq:owners")).toEqual({ [ownerOf(worker)]: '["default"]' });

    open();
    await eventually(() => expect(ended).toHaveLength(2));
    await eventually(async () => expect(await workers.leftoverJobs()).toBe(0));
  });

  test("is in a hash of its capsule's own", async () => {
    const { job, open, started } = held();
    await pushTexts(workers.redis, [payloadText({ queue: "a" })], "a");
    await pushTexts(workers.redis, [payloadText({ queue: "b" })], "b");
    const worker = await workers.start({
      jobs: [job],
      queues: ["a"],
      capsules: { single: { queues: ["b"] } },
    });
    await eventually(() => expect(started).toHaveLength(2));

    expect(await inFlight(ownerOf(worker))).toHaveLength(1);
    expect(await inFlight(`${worker.identity}~single~0`)).toHaveLength(1);
    open();
  });

  test("that fails leaves its slot and enters the retry set in one step", async () => {
    const job = defineJob("HardJob", () => {
      throw new Error("boom");
    });
    await pushTexts(
      workers.redis,
      Array.from({ length: 50 }, () => payloadText()),
    );
    const worker = await workers.start({ jobs: [job] });

    await eventually(async () => expect(await workers.redis.zcard("retry")).toBe(50));
    // What is left is the mark of a job that has been moved.
    expect((await inFlight(ownerOf(worker))).filter((value) => value !== "-")).toEqual([]);
    await eventually(async () => expect(await inFlight(ownerOf(worker))).toEqual([]));
  });
});

describe("a worker goes on", () => {
  test("after everything in Redis was deleted while its jobs ran, and what runs is in Redis again", async () => {
    const { job, open, started, ended } = held();
    await pushTexts(workers.redis, [payloadText({ jid: "running" })]);
    const worker = await workers.start({ jobs: [job] });
    await eventually(() => expect(started).toHaveLength(1));

    await workers.redis.flushdb();
    await pushTexts(workers.redis, [payloadText({ jid: "after" })]);

    await eventually(() => expect(started).toHaveLength(2));
    await eventually(async () => expect(await inFlight(ownerOf(worker))).toHaveLength(2));
    expect(await workers.redis.hexists("tsq:owners", ownerOf(worker))).toBe(1);
    open();
    await eventually(() => expect(ended.toSorted()).toEqual(["after", "running"]));
  });

  test("when everything is deleted again and again, and loses nothing that was pushed since", async () => {
    const { job, runs } = counting();
    await workers.start({ jobs: [job], concurrency: 10 });
    for (let i = 0; i < 10; i++) {
      await workers.redis.flushdb();
      await pushTexts(
        workers.redis,
        Array.from({ length: 20 }, (_, n) => payloadText({ jid: `${i}/${n}` })),
      );
      await eventually(() =>
        expect([...runs.keys()].filter((jid) => jid.startsWith(`${i}/`))).toHaveLength(20),
      );
    }

    expect(Math.max(...runs.values())).toBe(1);
  });

  test("after its scripts were deleted", async () => {
    const { job, runs } = counting();
    await workers.start({ jobs: [job], concurrency: 10 });

    for (let i = 0; i < 10; i++) {
      await workers.redis.script("FLUSH");
      await pushTexts(
        workers.redis,
        Array.from({ length: 20 }, () => payloadText()),
      );
      await eventually(() => expect(runs.size).toBe(20 * (i + 1)));
    }

    expect(Math.max(...runs.values())).toBe(1);
  });

  test("while its connections are killed again and again, and runs every job once", async () => {
    const { job, runs } = counting();
    const jids = Array.from({ length: 3_000 }, (_, i) => `j${i}`);
    await workers.start({ jobs: [job], concurrency: 10, queues: ["a,2", "b,1"] });
    for (let i = 0; i < jids.length; i += 50) {
      const texts = jids.slice(i, i + 50).map((jid) => payloadText({ jid }));
      await pushTexts(workers.redis, texts, i % 100 === 0 ? "a" : "b");
      for (const id of await workers.connections()) await workers.redis.client("KILL", "ID", id);
    }
    await eventually(() => expect(runs.size).toBe(jids.length));

    await eventually(async () => expect(await workers.leftoverJobs()).toBe(0));
    expect([...runs].filter(([, count]) => count > 1)).toEqual([]);
  });

  test("after its idle connections were killed, and wakes for the next job", async () => {
    const { job, runs } = counting();
    await workers.start({ jobs: [job] });
    await workers.untilWaiting();

    for (const id of await workers.connections()) await workers.redis.client("KILL", "ID", id);
    await pushTexts(workers.redis, [payloadText()]);

    await eventually(() => expect(runs.size).toBe(1));
  });

  test.each(["reliable", "basic"] as const)(
    "when Redis goes away for a while, and says so once, with %s fetch",
    async (fetch) => {
      const proxy = await TcpProxy.listen(server.port);
      const { job, runs } = counting();
      const worker = await workers.start({
        jobs: [job],
        fetch,
        concurrency: 3,
        redis: { ...workers.target, host: "127.0.0.1", port: proxy.port },
      });
      await pushTexts(workers.redis, [payloadText({ jid: "before" })]);
      await eventually(() => expect(runs.has("before")).toBe(true));

      proxy.refuse();
      // What a basic fetch pops into a connection that is just ending is lost.
      await eventually(async () => expect(await workers.connections()).toEqual([]));
      const during = Array.from({ length: 20 }, (_, i) => payloadText({ jid: `during ${i}` }));
      await pushTexts(workers.redis, during);
      const outages = () =>
        workers.messages(50).filter((message) => message.startsWith("Cannot reach Redis at "));
      await eventually(() => expect(outages()).toHaveLength(1));
      proxy.accept();

      await eventually(() => expect(runs.size).toBe(21));
      await eventually(() => expect(workers.messages()).toContain("Redis is back"));
      expect(outages()).toEqual([
        expect.stringMatching(
          /^Cannot reach Redis at \S+: .* Jobs that run go on,.* and it is tried again\.$/,
        ),
      ]);
      expect(workers.messages().filter((message) => message.startsWith("Redis is back"))).toHaveLength(1);
      expect(Math.max(...runs.values())).toBe(1);
      await workers.hurried(worker.stop());
      await proxy.stop();
    },
  );
});

test.each([1, 2, 7, 500])(
  "%i slots are enough for jobs of every length, from many queues, each run once",
  async (concurrency) => {
    const queues = ["a", "b", "c", "d", "e"];
    const runs = new Map<string, number>();
    let running = 0;
    let most = 0;
    // Its retry is not due while this goes on, however slow the machine is.
    const job = defineJob("HardJob", { retryIn: () => 3_600 }, async (context, turns: number) => {
      most = Math.max(most, ++running);
      runs.set(context.jid, (runs.get(context.jid) ?? 0) + 1);
      for (let i = 0; i < turns; i++) await new Promise((resolve) => setImmediate(resolve));
      running--;
      if (turns === 3) throw new Error("now and then one fails");
    });
    const worker = workers.make({
      jobs: [job],
      concurrency,
      queues: queues.map((queue, i) => `${queue},${i + 1}`),
    });
    const push = (some: readonly number[]) =>
      Promise.all(
        queues.map((queue, q) =>
          pushTexts(
            workers.redis,
            some.map((i) => payloadText({ jid: `${queue}${i}`, args: [(i * 7 + q) % 12] })),
            queue,
          ),
        ),
      );
    await push(Array.from({ length: 100 }, (_, i) => i));
    await worker.start();

    // Bursts with pauses in between, so that it falls asleep and is woken.
    for (let i = 100; i < 200; i += 10) {
      await push(Array.from({ length: 10 }, (_, n) => i + n));
      await eventually(() => expect(runs.size).toBeGreaterThanOrEqual((i - 10) * queues.length), {
        everyMs: 2,
      });
    }

    await eventually(() => expect(runs.size).toBe(1_000));
    await eventually(async () => expect(await workers.leftoverJobs()).toBe(0));
    expect(Math.max(...runs.values())).toBe(1);
    expect(most).toBeLessThanOrEqual(concurrency);
  },
);

describe("a stop", () => {
  // Its job must be taken while nothing gets through.
  withPads();

  test("a job that is taken after the deadline of a stop is handed back, and not run", async () => {
    const proxy = await TcpProxy.listen(server.port);
    const { job, runs } = counting();
    const worker = await workers.start({
      jobs: [job],
      shutdownTimeoutMs: 0,
      redis: { ...workers.target, host: "127.0.0.1", port: proxy.port },
    });
    await workers.untilWaiting();
    // Its answer, which brings the job, does not get through before the deadline.
    proxy.sleep();
    await pushTexts(workers.redis, [payloadText()]);
    await eventually(async () => expect(await workers.leftoverJobs()).toBe(1));

    const stop = worker.stop();
    await eventually(() => expect(workers.messages()).toContain("Taking no more jobs"));
    proxy.wake();
    await stop;

    expect(runs.size).toBe(0);
    expect(await workers.redis.llen("queue:default")).toBe(1);
    await proxy.stop();
  });
});
