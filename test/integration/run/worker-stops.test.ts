/** What both fetches have in common: how a worker ends. */
import { defineJob } from "@tsq/core";
import type { JobContext } from "@tsq/core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { eventually } from "../../support/eventually.ts";
import { gate } from "../../support/gate.ts";
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
beforeEach(() => workers.redis.flushdb());
afterEach(() => workers.end());
afterAll(() => server.stop());

/** A job that goes on until its gate opens, or, if it listens, until it is aborted. */
const waiting = ({ listens = true } = {}) => {
  const { opened, open } = gate();
  const started: JobContext[] = [];
  const ended: string[] = [];
  const job = defineJob("HardJob", async (context) => {
    started.push(context);
    const aborted = new Promise((_resolve, reject) => {
      const { signal } = context;
      if (listens) signal.addEventListener("abort", () => reject(new DOMException("Aborted", "AbortError")));
    });
    await Promise.race([opened, aborted]).finally(() => ended.push(context.jid));
  });
  return { job, open, started, ended };
};

describe.each(["reliable", "basic"] as const)("with %s fetch, a worker that stops", (fetch) => {
  const stopped = (worker: { stop(): Promise<void> }) => workers.hurried(worker.stop());

  test("waits for the jobs that run, and leaves those in the queue", async () => {
    const { job, open, started, ended } = waiting();
    await pushTexts(
      workers.redis,
      Array.from({ length: 5 }, () => payloadText()),
    );
    const worker = await workers.start({ fetch, jobs: [job], concurrency: 2 });
    await eventually(() => expect(started).toHaveLength(2));

    const stop = stopped(worker);
    open();
    await stop;

    expect(ended).toHaveLength(2);
    expect(await workers.redis.llen("queue:default")).toBe(3);
    expect(await workers.redis.exists("retry")).toBe(0);
  });

  test("hands back what it cannot wait for, byte for byte, to be the next ones fetched", async () => {
    const { job, started } = waiting();
    const texts = [
      payloadText({ retry_count: 3 }),
      payloadText({ queue: "elsewhere" }).replace('"args":[]', '"args" : [1.0,12345678901234567890]'),
    ];
    const bytes = Buffer.concat([
      Buffer.from(texts[0]?.slice(0, -1) ?? ""),
      Buffer.from(',"x":"\xff"}', "latin1"),
    ]);
    const all = [bytes, Buffer.from(texts[1] ?? "")];
    const behind = payloadText({ jid: "behind" });
    await pushTexts(workers.redis, [...all, behind], "a");
    const worker = await workers.start({
      fetch,
      jobs: [job],
      queues: ["a"],
      concurrency: 2,
      shutdownTimeoutMs: 0,
    });
    await eventually(() => expect(started).toHaveLength(2));

    await stopped(worker);

    const queue = (await workers.redis.lrangeBuffer("queue:a", 0, -1)).map((one) => one.toString("latin1"));
    expect(queue[0]).toBe(behind);
    expect(new Set(queue.slice(1))).toEqual(new Set(all.map((one) => one.toString("latin1"))));
    expect(workers.messages(40)).toEqual(["Handed back jobs that were still running"]);
  });

  test("names the queue of what it hands back, also after the queue was cleared away", async () => {
    const { job, started } = waiting();
    await pushTexts(workers.redis, [payloadText()]);
    const worker = await workers.start({ fetch, jobs: [job], shutdownTimeoutMs: 0 });
    await eventually(() => expect(started).toHaveLength(1));
    await workers.redis.srem("queues", "default");

    await stopped(worker);

    expect(await workers.redis.smembers("queues")).toEqual(["default"]);
  });

  test("aborts a job only after it is back in its queue, and no attempt is used up", async () => {
    const queuedAtAbort: Promise<number>[] = [];
    const { job, started } = waiting();
    await pushTexts(workers.redis, [payloadText({ jid: "j" })]);
    const worker = await workers.start({ fetch, jobs: [job], shutdownTimeoutMs: 0 });
    await eventually(() => expect(started).toHaveLength(1));
    started[0]?.signal.addEventListener("abort", () =>
      queuedAtAbort.push(workers.redis.llen("queue:default")),
    );

    await stopped(worker);

    expect(await Promise.all(queuedAtAbort)).toEqual([1]);
    expect(started[0]?.signal.reason).toMatchObject({ code: "TSQ_SHUTDOWN" });
    expect(await workers.redis.exists("retry", "dead")).toBe(0);
    expect(workers.messages()).not.toContain("fail");
    expect(workers.errors).toEqual([]);
  });

  test("shows a job that looks only later that it is aborted", async () => {
    const { opened, open } = gate();
    const seen: boolean[] = [];
    const job = defineJob("HardJob", async (context) => {
      await opened;
      seen.push(context.signal.aborted);
    });
    await pushTexts(workers.redis, [payloadText()]);
    const worker = await workers.start({ fetch, jobs: [job], shutdownTimeoutMs: 0 });
    await eventually(() => expect(worker.running()).toHaveLength(1));

    const stop = stopped(worker);
    await eventually(async () => expect(await workers.redis.llen("queue:default")).toBe(1));
    await eventually(() => expect(workers.redis.status).toBe("ready"));
    open();
    await stop;

    expect(seen).toHaveLength(1);
    expect(await workers.redis.llen("queue:default")).toBe(1);
  });

  test("takes nothing away when a job it has handed back ends well after all", async () => {
    const { job, open, started, ended } = waiting({ listens: false });
    await pushTexts(workers.redis, [payloadText({ jid: "j" })]);
    const worker = await workers.start({ fetch, jobs: [job], shutdownTimeoutMs: 0 });
    await eventually(() => expect(started).toHaveLength(1));

    const stop = stopped(worker);
    await eventually(() => expect(started[0]?.signal.aborted).toBe(true));
    open();
    await stop;

    expect(ended).toEqual(["j"]);
    expect(await workers.redis.llen("queue:default")).toBe(1);
    expect(await workers.redis.get("stat:processed")).toBe("1");
    expect(await workers.redis.get("stat:failed")).toBe("1");
  });

  test("takes no job any more once it is quiet, and ends those it has", async () => {
    const { job, open, started, ended } = waiting();
    await pushTexts(workers.redis, [payloadText()]);
    const worker = await workers.start({ fetch, jobs: [job] });
    await eventually(() => expect(started).toHaveLength(1));

    await workers.hurried(worker.quiet());
    await pushTexts(workers.redis, [payloadText()]);
    open();
    await eventually(() => expect(ended).toHaveLength(1));
    await stopped(worker);

    expect(started).toHaveLength(1);
    expect(await workers.redis.llen("queue:default")).toBe(1);
  });

  test("writes the retry of a job that fails while it waits", async () => {
    const { opened, open } = gate();
    const job = defineJob("HardJob", async () => {
      await opened;
      throw new Error("late");
    });
    await pushTexts(workers.redis, [payloadText()]);
    const worker = await workers.start({ fetch, jobs: [job] });
    await eventually(() => expect(worker.running()).toHaveLength(1));

    const stop = stopped(worker);
    open();
    await stop;

    expect(await workers.redis.zcard("retry")).toBe(1);
    expect(await workers.redis.llen("queue:default")).toBe(0);
  });

  test.each([{ dead: true }, { dead: false }])(
    "hands back a job whose hooks still run, and counts its failure once: %o",
    async ({ dead }) => {
      const { opened, open } = gate();
      let asked = 0;
      const deaths: unknown[] = [];
      const job = defineJob(
        "HardJob",
        {
          retriesExhausted: async () => {
            asked++;
            await opened;
          },
        },
        () => {
          throw new Error("no");
        },
      );
      await pushTexts(workers.redis, [payloadText({ retry: 0, dead })]);
      const worker = await workers.start({
        fetch,
        jobs: [job],
        shutdownTimeoutMs: 0,
        deathHandlers: [(payload) => deaths.push(payload)],
      });
      await eventually(() => expect(asked).toBe(1));

      const stop = stopped(worker);
      await eventually(async () => expect(await workers.redis.llen("queue:default")).toBe(1));
      open();
      await stop;

      expect(await workers.redis.exists("dead")).toBe(0);
      expect(await workers.redis.llen("queue:default")).toBe(1);
      expect(deaths).toEqual([]);
      expect(await workers.redis.mget("stat:processed", "stat:failed")).toEqual(["1", "1"]);
    },
  );

  test("loses no job of those that are pushed meanwhile", async () => {
    const ran: string[] = [];
    const job = defineJob("HardJob", async (context) => {
      ran.push(context.jid);
      await Promise.resolve();
    });
    const jids = Array.from({ length: 300 }, (_, i) => `j${i}`);
    for (let i = 0; i < 3; i++) {
      const worker = await workers.start({ fetch, jobs: [job], shutdownTimeoutMs: 0, concurrency: 3 });
      const pushing = Promise.all(
        jids
          .slice(i * 100, i * 100 + 100)
          .map((jid) => workers.redis.lpush("queue:default", payloadText({ jid }))),
      );
      await Promise.all([pushing, stopped(worker)]);
    }

    const left = await workers.redis.lrange("queue:default", 0, -1);
    const kept = left.map((text) => (JSON.parse(text) as { jid: string }).jid);
    expect(new Set([...ran, ...kept])).toEqual(new Set(jids));
    expect(ran.filter((jid) => kept.includes(jid))).toEqual([]);
  });
});
