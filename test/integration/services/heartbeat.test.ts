/** What a process tells of itself at each beat, as Ruby's pages read it (WIRE §7, §8). */
import type { RedisOptions } from "@tsq/core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { eventually } from "../../support/eventually.ts";
import { Beat, Heartbeat, Metrics } from "../../support/inside-worker.ts";
import type { BeatReport, BeatSnapshot } from "../../support/inside-worker.ts";
import { outage } from "../../support/outage.ts";
import { ownerState } from "../../support/owner-state.ts";
import { TcpProxy } from "../../support/proxy.ts";
import { startRedis } from "../../support/redis.ts";
import type { TestRedis } from "../../support/redis.ts";
import { vector } from "../../support/vectors.ts";
import { TestWorkers } from "../../support/worker.ts";

const ID = "web:1:abc";
const INFO = '{"hostname":"web","version":"tsq 0.1.0"}';

let server: TestRedis;
let workers: TestWorkers;
let heartbeat: Heartbeat | undefined;
let single: Beat | undefined;
let metrics: Metrics;
let state: Omit<BeatSnapshot, "metrics">;
let reports: BeatReport[];
let failures: string[];

beforeAll(async () => {
  server = await startRedis();
  workers = new TestWorkers(server);
});
beforeEach(async () => {
  await workers.redis.flushdb();
  metrics = new Metrics();
  state = { busy: 0, isQuiet: false, work: [], owners: [] };
  reports = [];
  single = undefined;
  failures = [];
});
afterEach(() => left());
afterAll(async () => {
  await workers.end();
  await server.stop();
});

const CLASSES = '{"names":["HardJob"],"isCut":false}';

const made = (redis: RedisOptions): Heartbeat =>
  new Heartbeat({
    redis,
    identity: ID,
    info: INFO,
    concurrency: 7,
    classes: CLASSES,
    snapshot: () => ({ ...state, metrics: metrics.take() }),
    onReport: (report) => reports.push(report),
    outage: outage((error) => failures.push(error.message)),
    onHindered: (error) => failures.push(String(error)),
  });

const started = async (port?: number): Promise<Heartbeat> => {
  heartbeat = made({ ...workers.target, ...(port ? { host: "127.0.0.1", port } : {}) });
  await heartbeat.start();
  // The first beat is the main thread's, the second that of the thread which beats from then on.
  await eventually(() => expect(reports.length).toBeGreaterThanOrEqual(2));
  return heartbeat;
};

const left = async (): Promise<void> => {
  const leaving = heartbeat;
  heartbeat = undefined;
  await leaving?.stop();
};

/** What the thread does again and again: one beat, here. */
const once = async (): Promise<BeatReport> => {
  single ??= new Beat(workers.redis, { identity: ID, info: INFO, concurrency: 7, classes: CLASSES });
  const report = await single.beat({ ...state, metrics: metrics.take() }, () => {});
  reports.push(report);
  return report;
};

const process = (version: string | undefined) =>
  workers.redis
    .multi()
    .sadd("processes", `ruby-${version}`)
    .hset(`ruby-${version}`, "info", JSON.stringify(version ? { version } : {}))
    .exec();

describe("a beat", () => {
  test("writes every field that any generation's page reads, for a minute", async () => {
    state = { ...state, busy: 3 };
    const beforeSeconds = Date.now() / 1_000;

    await once();

    const { beat: at, rss, rtt_us: rtt, ...rest } = await workers.redis.hgetall(ID);
    expect(rest).toEqual({ info: INFO, concurrency: "7", busy: "3", quiet: "false" });
    expect(Number(at)).toBeGreaterThanOrEqual(beforeSeconds);
    expect(Number(at)).toBeLessThanOrEqual(Date.now() / 1_000);
    expect(rtt).toMatch(/^\d+$/);
    expect(Number(rss)).toBeGreaterThan(10_000);
    expect(await workers.redis.smembers("processes")).toEqual([ID]);
    expect(await workers.redis.ttl(ID)).toBeGreaterThan(50);
  });

  test("holds the fields of each vector", async () => {
    await once();

    const fields = new Set(await workers.redis.hkeys(ID));
    for (const version of ["6.4.1", "7.3.2", "8.0.10", "8.1.7"]) {
      const hash = Object.values(vector("heartbeat", version).keys).find(
        (key) => key.type === "hash" && "info" in key.value,
      );
      for (const field of Object.keys(hash?.value ?? {})) expect(fields).toContain(field);
    }
  });

  test("says that the process is quiet", async () => {
    await once();
    state = { ...state, isQuiet: true };

    await once();

    expect(await workers.redis.hget(ID, "quiet")).toBe("true");
  });

  test("shows what runs now, and no longer what ran before", async () => {
    state = {
      ...state,
      work: [
        { tid: "t0", json: '{"queue":"a"}' },
        { tid: "t1", json: '{"queue":"b"}' },
      ],
    };
    await once();
    expect(await workers.redis.hgetall(`${ID}:work`)).toEqual({ t0: '{"queue":"a"}', t1: '{"queue":"b"}' });
    expect(await workers.redis.ttl(`${ID}:work`)).toBeGreaterThan(50);

    state = { ...state, work: [{ tid: "t1", json: '{"queue":"b"}' }] };
    await once();
    expect(await workers.redis.hgetall(`${ID}:work`)).toEqual({ t1: '{"queue":"b"}' });

    state = { ...state, work: [] };
    await once();
    expect(await workers.redis.exists(`${ID}:work`)).toBe(0);
  });

  test.each([
    { there: undefined, legacy: true },
    { there: "7.3.2", legacy: false },
    { there: "8.1.7", legacy: false },
    { there: "tsq 0.1.0", legacy: false },
  ])("shows it under 6.4's key as well when $there is there: $legacy", async ({ there, legacy }) => {
    await process(there);
    state = { ...state, work: [{ tid: "t0", json: "{}" }] };

    await once();

    expect(await workers.redis.exists(`${ID}:workers`)).toBe(legacy ? 1 : 0);
    expect(reports[0]?.generations).toEqual(
      { "7.3.2": [7], "8.1.7": [8], "tsq 0.1.0": [] }[there ?? ""] ?? [6],
    );
  });

  test("registers who may have jobs in flight", async () => {
    state = { ...state, owners: [ownerState(`${ID}~default`, ["a", "b"])] };

    await once();

    expect(await workers.redis.hgetall("tsq:owners")).toEqual({ [`${ID}~default~0`]: '["a","b"]' });
  });

  test("reports what is paused, and whether the process was there before", async () => {
    await workers.redis.sadd("paused", "a", "b");
    await once();
    expect(reports[0]).toMatchObject({ isNew: true });
    expect(reports[0]?.paused.toSorted()).toEqual(["a", "b"]);

    expect(await once()).toMatchObject({ isNew: false });

    await workers.redis.del(ID);
    expect(await once()).toMatchObject({ isNew: true });
  });

  test("brings one signal at a time, in the order they were sent", async () => {
    await workers.redis.lpush(`${ID}-signals`, "TTIN");
    await workers.redis.lpush(`${ID}-signals`, "TSTP");
    for (let beats = 0; beats < 3; beats++) await once();
    const signals = reports.map(({ signal }) => signal);

    expect(signals).toEqual(["TTIN", "TSTP", undefined]);
  });
});

describe("the statistics", () => {
  const today = (): string => new Date().toISOString().slice(0, 10);

  test("are totals and totals of the day, by UTC", async () => {
    await once();
    metrics.succeeded("A", 5);
    metrics.failed("A");
    metrics.failed(undefined);

    await once();
    metrics.succeeded("A", 5);
    await once();

    const keys = ["stat:processed", "stat:failed", `stat:processed:${today()}`, `stat:failed:${today()}`];
    expect(await workers.redis.mget(...keys)).toEqual(["4", "2", "4", "2"]);
    expect(await workers.redis.ttl(`stat:failed:${today()}`)).toBeGreaterThan(157_679_000);
    expect(await workers.redis.ttl("stat:processed")).toBe(-1);
  });

  test("are not touched when nothing has run", async () => {
    await once();
    await once();

    expect(await workers.redis.keys("stat:*")).toEqual([]);
    expect(await workers.redis.keys("j|*")).toEqual([]);
  });
});

describe("a process that leaves", () => {
  test("is out of sight, with its last counts written and its owners released", async () => {
    state = { ...state, work: [{ tid: "t0", json: "{}" }], owners: [ownerState(`${ID}~default`, ["a"])] };
    await process(undefined);
    await started();
    metrics.succeeded("A", 5);
    state = { ...state, owners: [] };

    await left();

    expect(await workers.redis.smembers("processes")).toEqual(["ruby-undefined"]);
    expect(await workers.redis.exists(`${ID}:work`, `${ID}:workers`, "tsq:owners")).toBe(0);
    expect(await workers.redis.get("stat:processed")).toBe("1");
    expect(await workers.redis.ttl(ID)).toBeGreaterThan(0);
  });

  test("leaves the owners that still have jobs to a rescuer", async () => {
    state = { ...state, owners: [ownerState(`${ID}~default`, ["a"])] };
    await started();

    await left();

    expect(await workers.redis.hkeys("tsq:owners")).toEqual([`${ID}~default~0`]);
  });
});

describe("a beat that fails", () => {
  test("half way has counted once, however often it is tried again", async () => {
    await started();
    await workers.redis.set(ID, "not a hash");
    metrics.succeeded("A", 5);

    heartbeat?.beat();
    await eventually(() => expect(failures).toHaveLength(1));
    heartbeat?.beat();
    heartbeat?.beat();
    await eventually(async () => expect(await workers.redis.get("stat:processed")).toBe("1"));
    const before = reports.length;
    await workers.redis.del(ID);

    await eventually(() => expect(reports.length).toBeGreaterThan(before));
    expect(await workers.redis.get("stat:processed")).toBe("1");
    expect(failures).toHaveLength(1);
  });

  test("because its thread cannot begin is reported, and can be ended", async () => {
    heartbeat = made({ sentinels: [] });
    const start = heartbeat.start();

    await eventually(() => expect(failures).toHaveLength(1));
    await left();
    await start;

    expect(reports).toEqual([]);
  });
});

describe("without a server", () => {
  test("a heartbeat says so once, beats again at once when it is back, and has lost no count", async () => {
    const proxy = await TcpProxy.listen(server.port);
    await started(proxy.port);

    proxy.refuse();
    metrics.succeeded("A", 5);
    heartbeat?.beat();
    await eventually(() => expect(failures).toHaveLength(1), { timeoutMs: 20_000 });
    metrics.succeeded("A", 5);
    const before = reports.length;
    proxy.accept();

    await eventually(() => expect(reports.length).toBeGreaterThan(before));
    await eventually(async () => expect(await workers.redis.get("stat:processed")).toBe("2"));
    expect(failures).toHaveLength(1);
    await left();
    await proxy.stop();
  });
});
