/** A process that was frozen for so long that its jobs were given to others: what it does with them counts no more. */
import { defineJob } from "@tsq/core";
import type { JobContext } from "@tsq/core";
import type { Worker } from "@tsq/worker";
import { connect } from "@tsq/core/protocol";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { Capsule } from "../../support/capsule.ts";
import { eventually } from "../../support/eventually.ts";
import { gate } from "../../support/gate.ts";
import { Lanes, takeUp } from "../../support/inside-worker.ts";
import { owner } from "../../support/owner-state.ts";
import { payloadText, pushTexts } from "../../support/payload-text.ts";
import { rescuerFor } from "../../support/services.ts";
import { startRedis } from "../../support/redis.ts";
import type { TestRedis } from "../../support/redis.ts";
import { TcpProxy } from "../../support/proxy.ts";
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

/** What another process does a minute after this one's last beat. */
const rescue = async (identity: string): Promise<number> => {
  const rescuer = rescuerFor({
    redis: workers.target,
    suspectMs: 0,
    log: workers.logger,
  });
  await workers.redis.del(identity);
  await rescuer.look();
  await workers.redis.del(identity);
  const moved = await rescuer.look();
  await rescuer.stop();
  return moved;
};

/** Rescues, and takes the jobs away to where this worker does not look. */
const rescueElsewhere = async (worker: Worker): Promise<readonly string[]> => {
  // A beat that comes between the looks says that it lives.
  await eventually(async () => expect(await rescue(worker.identity)).toBeGreaterThan(0));
  await workers.redis.rename("queue:default", "queue:elsewhere");
  return workers.redis.lrange("queue:elsewhere", 0, -1);
};

/** Three jobs that wait, and then end well, fail, and die. */
const threeJobs = async () => {
  const { opened, open } = gate();
  const started: JobContext[] = [];
  const job = defineJob("HardJob", async (context, fate: string) => {
    started.push(context);
    await opened;
    if (fate !== "end well") throw new Error(fate);
  });
  const texts = [
    payloadText({ args: ["end well"] }),
    payloadText({ args: ["fail"] }),
    payloadText({ args: ["die"], retry: 0 }),
  ];
  await pushTexts(workers.redis, texts);
  const worker = await workers.start({ jobs: [job], concurrency: 3 });
  await eventually(() => expect(started).toHaveLength(3));
  return { worker, open, started, texts };
};

describe("a worker whose jobs were rescued while it was frozen", () => {
  test("takes away, retries and buries none of them", async () => {
    const { worker, open, texts } = await threeJobs();
    const rescued = await rescueElsewhere(worker);
    expect(rescued.toSorted()).toEqual(texts.toSorted());

    open();
    await eventually(() => expect(worker.running()).toEqual([]));

    expect(await workers.redis.lrange("queue:elsewhere", 0, -1)).toEqual(rescued);
    expect(await workers.redis.exists("retry", "dead")).toBe(0);
  });

  test("goes on under a new name, and aborts what it still runs", async () => {
    const { opened, open } = gate();
    const started: JobContext[] = [];
    const job = defineJob("HardJob", async (context, isFirst: boolean) => {
      started.push(context);
      const { signal } = context;
      if (isFirst) await opened;
      else
        await new Promise((_resolve, reject) =>
          signal.addEventListener("abort", () => reject(new Error("aborted"))),
        );
    });
    await pushTexts(workers.redis, [payloadText({ args: [true] }), payloadText({ args: [false] })]);
    const worker = await workers.start({ jobs: [job], concurrency: 2, shutdownTimeoutMs: 0 });
    await eventually(() => expect(started).toHaveLength(2));
    await rescueElsewhere(worker);

    open();

    await eventually(() => expect(worker.running()).toEqual([]));
    expect(started[1]?.signal.reason).toMatchObject({ code: "TSQ_SHUTDOWN" });
    expect(await workers.redis.exists("retry")).toBe(0);

    await pushTexts(workers.redis, [payloadText({ args: [false], jid: "next" })]);
    await eventually(() => expect(started.map(({ jid }) => jid)).toContain("next"));
    await eventually(async () =>
      expect(await workers.redis.hkeys(`tsq:in-flight:${worker.identity}~default~1`)).toContain("#0"),
    );
    expect(await workers.redis.hexists("tsq:owners", `${worker.identity}~default~1`)).toBe(1);
  });

  test("runs them again when it is the one that fetches them", async () => {
    const runs: string[] = [];
    const { opened, open } = gate();
    const job = defineJob("HardJob", async (context) => {
      runs.push(context.jid);
      await opened;
    });
    const jids = ["one", "two", "three"];
    await pushTexts(
      workers.redis,
      jids.map((jid) => payloadText({ jid })),
    );
    const worker = await workers.start({ jobs: [job], concurrency: 3 });
    await eventually(() => expect(runs).toHaveLength(3));
    expect(await rescue(worker.identity)).toBe(3);

    open();

    await eventually(() => expect(runs).toHaveLength(6));
    expect(new Set(runs.slice(3))).toEqual(new Set(jids));
    await eventually(async () => expect(await workers.leftoverJobs()).toBe(0));
    expect(await workers.redis.exists("queue:default", "retry")).toBe(0);
  });

  test("is rescued again when it is frozen again", async () => {
    let held = gate();
    const job = defineJob("HardJob", () => held.opened);
    const worker = await workers.start({ jobs: [job], concurrency: 1 });

    for (let epoch = 0; epoch < 3; epoch++) {
      held = gate();
      await pushTexts(workers.redis, [payloadText()]);
      await eventually(async () =>
        expect(await workers.redis.hlen(`tsq:in-flight:${worker.identity}~default~${epoch}`)).toBe(3),
      );
      expect(await rescueElsewhere(worker)).toHaveLength(1);
      held.open();
      await eventually(() => expect(worker.running()).toEqual([]));
    }
  });
});

describe("a capsule whose jobs were rescued", () => {
  test("takes no job into the hash that was given up, by whichever lane it asks", async () => {
    const one = new Capsule(workers, {
      queues: ["a"],
      concurrency: 4,
      onUnit: (unit) => setImmediate(() => unit.acknowledge()),
    });
    await one.idle();
    await workers.redis.hset("tsq:owners", `${one.identity}~default~0`, '["a"]');
    await rescue(one.identity);

    await workers.redis.lpush("queue:a", ...Array.from({ length: 20 }, (_, i) => `job ${i}`));
    await eventually(() => expect(new Set(one.texts).size).toBe(20));
    await eventually(async () => expect(await workers.leftoverJobs()).toBe(0));

    expect(await workers.redis.exists(`tsq:in-flight:${one.identity}~default~0`)).toBe(0);
    await one.fetch.stop();
  });
});

test("a rescuer that looks while a worker registers leaves it no hash that nobody would find", async () => {
  const proxy = await TcpProxy.listen(server.port);
  const redis = connect({ host: "127.0.0.1", port: proxy.port }, "worker");
  onTestFinished(async () => {
    redis.disconnect();
    await proxy.stop();
  });
  const register = (): Promise<void> => takeUp(redis, owner("web:1:abc~default", ["a"], 1), new Lanes().all);
  await register();
  await workers.redis.del("tsq:owners", "tsq:in-flight:web:1:abc~default~1");

  // What it sends first arrives, and the answer waits.
  proxy.replace((chunk, from) => {
    if (from === "server") proxy.sleep();
    return chunk;
  });
  const registered = register();
  await eventually(async () => expect(await workers.redis.hlen("tsq:owners")).toBe(1));
  await rescue("web:1:abc");
  proxy.replace(undefined);
  proxy.wake();
  await registered;

  const hashes = await workers.redis.exists("tsq:in-flight:web:1:abc~default~1");
  expect(await workers.redis.hlen("tsq:owners")).toBe(hashes);
});
