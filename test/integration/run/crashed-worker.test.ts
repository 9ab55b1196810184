/** What runs when its process meets an exception that nobody caught: handed back and counted, and not for ever. */
import { setTimeout as sleep } from "node:timers/promises";
import { defineJob } from "@tsq/core";
import { afterAll, afterEach, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { CommandTap } from "../../support/command-tap.ts";
import { eventually } from "../../support/eventually.ts";
import { gate } from "../../support/gate.ts";
import { requeueScript } from "../../support/inside-core.ts";
import { payloadText, pushTexts } from "../../support/payload-text.ts";
import { TcpProxy } from "../../support/proxy.ts";
import { startRedis } from "../../support/redis.ts";
import type { TestRedis } from "../../support/redis.ts";
import { TestWorkers } from "../../support/worker.ts";

let server: TestRedis;
let workers: TestWorkers;

beforeAll(async () => {
  server = await startRedis();
  workers = new TestWorkers(server);
});
afterEach(async () => {
  await workers.end();
  await workers.redis.flushdb();
});
afterAll(() => server.stop());

describe.each(["reliable", "basic"] as const)("with %s fetch,", (fetch) => {
  let running = 0;
  const slow = defineJob("SlowJob", async (job) => {
    running++;
    await sleep(60_000, undefined, { signal: job.signal });
  });
  const obedient = defineJob("ObedientJob", async (job) => {
    running++;
    await sleep(60_000, undefined, { signal: job.signal }).catch(() => {});
  });

  /** A worker takes what waits, and ends by an uncaught exception, or by a stop. */
  const works = async ({ crashes, jobs = 1 }: { readonly crashes: boolean; readonly jobs?: number }) => {
    running = 0;
    const worker = await workers.start({
      fetch,
      jobs: [slow, obedient],
      concurrency: 5,
      shutdownTimeoutMs: 1,
    });
    await eventually(() => expect(running).toBe(jobs));
    if (crashes) worker.crashed();
    await workers.hurried(worker.stop());
  };
  const waiting = () => workers.redis.lrange("queue:default", 0, -1);
  const counted = (jid: string) => workers.redis.get(`tsq:rescues:${jid}`);

  test("a job goes back three times, and the fourth time to the dead set", async () => {
    const text = payloadText({ class: "SlowJob", jid: "j" });
    await pushTexts(workers.redis, [text]);

    for (const count of ["1", "2", "3"]) {
      await works({ crashes: true });

      expect(await waiting()).toEqual([text]);
      expect(await counted("j")).toBe(count);
      expect(await workers.redis.ttl("tsq:rescues:j")).toBeGreaterThan(259_100);
    }
    await works({ crashes: true });

    expect(await waiting()).toEqual([]);
    const [dead = "", ...more] = await workers.redis.zrange("dead", "0", "-1");
    expect(more).toEqual([]);
    expect(JSON.parse(dead)).toMatchObject({ jid: "j", queue: "default", error_class: "Tsq::PoisonPill" });
    expect(await workers.leftoverJobs()).toBe(0);
    expect(workers.messages(50)).toEqual([
      "Poison pill: its process died each time, the job is in the dead set",
    ]);
  });

  test("jobs that run beside one that has had its turns go back", async () => {
    await workers.redis.set("tsq:rescues:pill", "3");
    const others = ["a", "b"].map((jid) => payloadText({ class: "SlowJob", jid }));
    await pushTexts(workers.redis, [...others, payloadText({ class: "SlowJob", jid: "pill" })]);

    await works({ crashes: true, jobs: 3 });

    expect((await waiting()).toSorted()).toEqual(others.toSorted());
    expect(await workers.redis.zcard("dead")).toBe(1);
    expect(await workers.leftoverJobs()).toBe(0);
  });

  // Its bytes are asked for first: by then it has ended.
  test.each(["SlowJob", "ObedientJob"])(
    "one that is aborted on its way to the dead set gets there: %s",
    async (name) => {
      await workers.redis.set("tsq:rescues:pill", "3");
      const text = payloadText({ class: name, jid: "pill", args: ["?"] }).replace("?", "\xff");
      await pushTexts(workers.redis, [Buffer.from(text, "latin1")]);

      await works({ crashes: true });

      expect(await workers.redis.zcard("dead")).toBe(1);
      expect(await waiting()).toEqual([]);
      expect(await workers.leftoverJobs()).toBe(0);
    },
  );

  test("one that ends while the others are handed back is done, and counted once", async () => {
    const { opened, open } = gate();
    const ending = defineJob("EndingJob", () => opened);
    const proxy = await TcpProxy.listen(server.port);
    onTestFinished(() => proxy.stop());
    const worker = await workers.start({
      fetch,
      redis: { ...workers.target, port: proxy.port },
      jobs: [slow, ending],
      shutdownTimeoutMs: 1,
    });
    running = 0;
    const other = payloadText({ class: "SlowJob" });
    await workers.redis.set("tsq:rescues:pill", "3");
    await pushTexts(workers.redis, [payloadText({ class: "EndingJob", jid: "pill" }), other]);
    await eventually(() => expect(running).toBe(1));
    new CommandTap(proxy).answer((command, [first]) => {
      if (command === "rpush" || first === requeueScript.sha1) open();
      return undefined;
    });

    worker.crashed();
    await workers.hurried(worker.stop());

    expect(await waiting()).toEqual([other]);
    expect(await workers.redis.exists("dead")).toBe(0);
    expect(await workers.leftoverJobs()).toBe(0);
    expect(await workers.redis.mget("stat:processed", "stat:failed")).toEqual(["2", "1"]);
  });

  test.each([
    ["ends 72 hours after the first crash, and no later for one that comes then", 600, [500, 600]],
    ["gets an end where it has none, as one that was restored", undefined, [259_100, 259_200]],
  ])("a count %s", async (_what, seconds, [least, most]) => {
    await workers.redis.set("tsq:rescues:j", "1");
    if (seconds !== undefined) await workers.redis.expire("tsq:rescues:j", seconds);
    await pushTexts(workers.redis, [payloadText({ class: "SlowJob", jid: "j" })]);

    await works({ crashes: true });

    expect(await counted("j")).toBe("2");
    const left = await workers.redis.ttl("tsq:rescues:j");
    expect(left).toBeGreaterThan(Number(least));
    expect(left).toBeLessThanOrEqual(Number(most));
  });

  test("a job that crashes its worker while the memory is full is counted as well", async () => {
    await pushTexts(workers.redis, [payloadText({ class: "SlowJob", jid: "j" })]);
    await workers.redis.config("SET", "maxmemory", "1");
    onTestFinished(async () => void (await workers.redis.config("SET", "maxmemory", "0")));

    await works({ crashes: true });

    expect(await counted("j")).toBe("1");
  });

  test("one that has failed has not ended its process: it is not counted, and goes back", async () => {
    const { opened, open } = gate();
    let asked = 0;
    const retryIn = async () => {
      asked++;
      await opened;
      return 1;
    };
    const failing = defineJob("FailingJob", { retryIn }, () => Promise.reject(new Error("no")));
    await workers.redis.set("tsq:rescues:j", "3", "EX", 60);
    const text = payloadText({ class: "FailingJob", jid: "j" });
    await pushTexts(workers.redis, [text]);
    const worker = await workers.start({ fetch, jobs: [failing], shutdownTimeoutMs: 1 });
    await eventually(() => expect(asked).toBe(1));

    worker.crashed();
    const stop = workers.hurried(worker.stop());
    await eventually(async () =>
      expect((await waiting()).length + (await workers.redis.zcard("dead"))).toBe(1),
    );
    open();
    await stop;

    expect(await waiting()).toEqual([text]);
    expect(await counted("j")).toBe("3");
    expect(await workers.redis.exists("dead", "retry")).toBe(0);
  });

  test("a stop counts nothing", async () => {
    await pushTexts(workers.redis, [payloadText({ class: "SlowJob", jid: "j" })]);

    await works({ crashes: false });

    expect(await waiting()).toHaveLength(1);
    expect(await counted("j")).toBeNull();
  });

  test("a count that cannot be raised keeps no job from its queue", async () => {
    await workers.redis.lpush("tsq:rescues:j", "no number");
    await pushTexts(workers.redis, [payloadText({ class: "SlowJob", jid: "j" })]);

    await works({ crashes: true });

    expect(await waiting()).toHaveLength(1);
  });
});
