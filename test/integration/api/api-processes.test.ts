import { ProcessSet, WorkSet } from "@tsq/core/api";
import type { Redis } from "ioredis";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { loadVector } from "../../support/load-vector.ts";
import { startRedis } from "../../support/redis.ts";
import type { TestRedis } from "../../support/redis.ts";
import { vector } from "../../support/vectors.ts";

let server: TestRedis;
let redis: Redis;

beforeAll(async () => {
  server = await startRedis();
  redis = server.client();
});
afterAll(() => server.stop());
beforeEach(() => redis.flushdb());

/** Registers a process that says this of itself. */
const register = async (
  identity: string,
  info: unknown,
  fields: Record<string, string> = {},
): Promise<void> => {
  await redis.sadd("processes", identity);
  await redis.hset(identity, {
    info: typeof info === "string" ? info : JSON.stringify(info),
    busy: "0",
    beat: "1795451490.4877777",
    quiet: "false",
    ...fields,
  });
};

test("a process that tells of its capsules alone is read from them", async () => {
  const capsules = {
    default: { concurrency: 3, mode: "weighted", weights: { critical: 3, default: 1 } },
    single: { concurrency: 1, mode: "strict", weights: { critical: 0, slow: 0 } },
  };
  await register("vm:1:0123456789ab", { hostname: "vm", pid: 1, started_at: 1795451490.1, capsules });

  const [worker] = await new ProcessSet({ redis }).all();

  expect(worker?.queues).toEqual(["critical", "default", "slow"]);
  expect(worker?.weights).toEqual([
    { critical: 3, default: 1 },
    { critical: 0, slow: 0 },
  ]);
  expect(worker?.concurrency).toBe(4);
  await expect(new ProcessSet({ redis }).totalConcurrency()).resolves.toBe(4);
});

test("a run that goes on beyond its timeout is told apart from the others", async () => {
  await register("vm:1:0123456789ab", { hostname: "vm", pid: 1 });
  const entry = { queue: "default", run_at: 1795451490, payload: '{"class":"A","jid":"j","args":[]}' };
  await redis.hset("vm:1:0123456789ab:work", {
    t1: JSON.stringify(entry),
    t2: JSON.stringify({ ...entry, overrunning: true }),
    t3: JSON.stringify({ ...entry, overrunning: "true" }),
    t4: "this is { not json",
  });

  const work = await new WorkSet({ redis }).all();

  expect(work.map(({ tid, isOverrunning }) => [tid, isOverrunning])).toEqual([
    ["t1", false],
    ["t2", true],
    ["t3", false],
    ["t4", false],
  ]);
});

describe.each(["6.4.1", "7.3.2", "8.0.10", "8.1.7"])("a process of Sidekiq %s", (version) => {
  beforeEach(() => loadVector(redis, "heartbeat", version));

  test("is listed with everything it says", async () => {
    const [worker, ...others] = await new ProcessSet({ redis }).all();

    expect(others).toEqual([]);
    expect(worker).toMatchObject({
      identity: expect.stringMatching(/^vm:\d+:[0-9a-f]{12}$/),
      hostname: "vm",
      tag: "mytag",
      concurrency: 3,
      busy: 2,
      isQuiet: false,
      isEmbedded: false,
      labels: [],
      version: version === "6.4.1" ? undefined : version,
    });
    expect(worker?.queues.toSorted()).toEqual(["critical", "default", "low"]);
    expect(worker?.pid).toBeGreaterThan(1);
    expect(worker?.rssKib).toBeGreaterThan(10_000);
    expect(worker?.rttUs).toBeGreaterThan(0);
    expect(worker?.startedAt?.toISOString()).toMatch(/^2026-11-23T/);
    expect(worker!.beatAt!.getTime()).toBeGreaterThan(worker!.startedAt!.getTime());
    expect(worker?.weights).toEqual(version === "6.4.1" ? [] : [{ critical: 3, default: 2, low: 0 }]);
    expect(Object.keys(worker?.capsules ?? {})).toEqual(version.startsWith("8") ? ["default"] : []);
  });

  test("shows what it runs, the longest run first", async () => {
    const work = await new WorkSet({ redis }).all();

    expect(work.map(({ job }) => job.displayClass)).toEqual(["SlowJob", "SlowJob"]);
    expect(new Set(work.map(({ queue }) => queue))).toEqual(new Set(["critical", "default"]));
    expect(work.every(({ runAt, job }) => runAt!.getTime() + 1000 >= job.enqueuedAt!.getTime())).toBe(true);
    await expect(new WorkSet({ redis }).size()).resolves.toBe(2);
    const { jid } = work[1]!.job;
    await expect(new WorkSet({ redis }).findWork(jid!)).resolves.toMatchObject({ tid: work[1]!.tid });
  });

  test("is found by its identity, and told what to do as Ruby tells it", async () => {
    const set = new ProcessSet({ redis });
    const [{ identity } = { identity: "" }] = await set.all();
    const worker = await set.findProcess(identity);

    await worker!.quiet();
    await worker!.stop();
    await worker!.dump();

    await expect(redis.lrange(`${identity}-signals`, 0, -1)).resolves.toEqual(
      vector("api", "8.1.7").keys["h:1:abc-signals"]?.value,
    );
    await expect(redis.ttl(`${identity}-signals`)).resolves.toBeGreaterThan(50);
  });

  test("is not told twice what it has not come for, as where somebody asks again", async () => {
    const [worker] = await new ProcessSet({ redis }).all();
    const key = `${worker!.identity}-signals`;
    await redis.del(key);

    await worker!.quiet();
    await worker!.stop();
    await worker!.stop();
    expect(await redis.lrange(key, 0, -1)).toEqual(["TERM", "TSTP"]);

    await redis.del(key);
    await worker!.stop();
    expect(await redis.lrange(key, 0, -1)).toEqual(["TERM"]);
  });
});

describe("odd processes", () => {
  test("are listed all the same", async () => {
    await register("a:1:x", "this is { not json", { concurrency: "7" });
    await register("b:2:x", {
      hostname: 5,
      labels: "no",
      queues: [1, "q"],
      weights: null,
      capsules: { c: 1 },
    });
    await register("c:3:x", {
      weights: { default: 2 },
      capsules: { x: { concurrency: 4, weights: { q: 1 } } },
    });
    await redis.sadd("processes", "gone:4:x");
    await redis.sadd("processes", "string:5:x");
    await redis.set("string:5:x", "no hash");

    const all = await new ProcessSet({ redis }).all();

    expect(all.map(({ identity }) => identity)).toEqual(["a:1:x", "b:2:x", "c:3:x"]);
    expect(all.map(({ concurrency }) => concurrency)).toEqual([7, 0, 4]);
    expect(all.map(({ hostname }) => hostname)).toEqual(["a", "b", "c"]);
    expect(all[1]).toMatchObject({
      labels: [],
      queues: ["q"],
      weights: [],
      capsules: {},
      startedAt: undefined,
    });
    expect(all[2]).toMatchObject({ weights: [{ default: 2 }] });
    await expect(new ProcessSet({ redis }).size()).resolves.toBe(5);
  });

  test("that are embedded refuse to be told anything", async () => {
    await register("a:1:x", { embedded: true });
    const worker = await new ProcessSet({ redis }).findProcess("a:1:x");

    for (const tell of [() => worker!.quiet(), () => worker!.stop(), () => worker!.dump()]) {
      await expect(tell()).rejects.toMatchObject({ code: "TSQ_CONFIG" });
    }
    await expect(redis.exists("a:1:x-signals")).resolves.toBe(0);
  });

  test("that are not registered or have died are not found", async () => {
    await redis.hset("a:1:x", "info", "{}");
    await redis.sadd("processes", "b:2:x");

    await expect(new ProcessSet({ redis }).findProcess("a:1:x")).resolves.toBeUndefined();
    await expect(new ProcessSet({ redis }).findProcess("b:2:x")).resolves.toBeUndefined();
  });
});

describe("a fleet", () => {
  test("of hundreds is listed by identity, with its totals", async () => {
    for (let i = 0; i < 230; i++) {
      await register(`host:${1000 + i}:x`, { concurrency: 5 }, { rss: "1000" });
    }
    const set = new ProcessSet({ redis });

    const identities: string[] = [];
    for await (const { identity } of set) identities.push(identity);

    expect(identities).toEqual(Array.from({ length: 230 }, (_, i) => `host:${1000 + i}:x`));
    await expect(set.totalConcurrency()).resolves.toBe(1_150);
    await expect(set.totalRssKib()).resolves.toBe(230_000);
  });

  test("has a leader only where Sidekiq Enterprise has elected one", async () => {
    await expect(new ProcessSet({ redis }).leader()).resolves.toBeUndefined();

    await redis.set("dear-leader", "a:1:x");

    await expect(new ProcessSet({ redis }).leader()).resolves.toBe("a:1:x");
  });

  test("is cleaned of the dead once a minute, whoever asks", async () => {
    await register("a:1:x", {});
    await redis.sadd("processes", "gone:2:x", "gone:3:x");

    const removed = await Promise.all([
      new ProcessSet({ redis }).cleanup(),
      new ProcessSet({ redis: server.client() }).cleanup(),
    ]);

    expect(removed.toSorted((one, other) => one - other)).toEqual([0, 2]);
    await expect(redis.smembers("processes")).resolves.toEqual(["a:1:x"]);
    await expect(redis.ttl("process_cleanup")).resolves.toBeGreaterThan(50);
    await redis.sadd("processes", "gone:4:x");
    await expect(new ProcessSet({ redis }).cleanup()).resolves.toBe(0);
  });
});

describe("running jobs", () => {
  test("of a process that writes both keys are listed once", async () => {
    await loadVector(redis, "api", "8.1.7");

    const work = await new WorkSet({ redis }).all();

    expect(work.map(({ tid, job }) => [tid, job.jid])).toEqual([["tid1", "jidw"]]);
  });

  test("that are malformed do not hide the others", async () => {
    await register("a:1:x", {});
    await redis.hset("a:1:x:work", {
      t1: "not json",
      t2: "null",
      t3: '{"queue":5,"payload":{"class":"Old","jid":"o"},"run_at":1795451300}',
      t4: '{"queue":"q","payload":"{broken","run_at":1795451200}',
    });

    const work = await new WorkSet({ redis }).all();

    expect(work.map(({ tid }) => tid)).toEqual(["t4", "t3", "t1", "t2"]);
    expect(work.map(({ job }) => job.error?.code)).toEqual([
      "TSQ_MALFORMED_PAYLOAD",
      undefined,
      "TSQ_MALFORMED_PAYLOAD",
      "TSQ_MALFORMED_PAYLOAD",
    ]);
    expect(work[1]).toMatchObject({ queue: undefined, job: { jid: "o" } });
  });
});
