/**
 * What a beat does in a Redis that is full, which takes no transaction: the process is there for others all the same, and
 * hears what it is told.
 */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { eventually } from "../../support/eventually.ts";
import { Beat, Heartbeat, Metrics } from "../../support/inside-worker.ts";
import type { BeatReport, BeatSnapshot } from "../../support/inside-worker.ts";
import { outage } from "../../support/outage.ts";
import { ownerState } from "../../support/owner-state.ts";
import { rescuerFor } from "../../support/services.ts";
import { startRedis } from "../../support/redis.ts";
import type { TestRedis } from "../../support/redis.ts";
import { TestWorkers } from "../../support/worker.ts";

const ID = "web:1:abc";
const OWNER = ownerState(`${ID}~default`, ["a"]);
const INFO = '{"hostname":"web","version":"tsq 0.1.0"}';
const CLASSES = '{"names":["HardJob"],"isCut":false}';

let server: TestRedis;
let workers: TestWorkers;
let metrics: Metrics;
let state: Omit<BeatSnapshot, "metrics">;
let heartbeat: Heartbeat | undefined;

beforeAll(async () => {
  server = await startRedis();
  workers = new TestWorkers(server);
});
beforeEach(() => {
  metrics = new Metrics();
  state = { busy: 1, isQuiet: false, work: [{ tid: "t", json: "{}" }], owners: [OWNER] };
});
afterEach(async () => {
  await heartbeat?.stop();
  heartbeat = undefined;
  await fill(false);
  await workers.redis.flushdb();
});
afterAll(async () => {
  await workers.end();
  await server.stop();
});

const fill = async (isFull = true): Promise<void> => {
  await workers.redis.config("SET", "maxmemory", isFull ? "1" : "0");
};

const options = { identity: ID, info: INFO, concurrency: 7, classes: CLASSES };

const beat = (): Promise<BeatReport> =>
  new Beat(workers.redis, options).beat({ ...state, metrics: metrics.take() }, () => {});

describe.each([
  ["something runs", [{ tid: "t", json: "{}" }]],
  ["nothing runs", []],
])("in a full memory, while %s,", (_what, work) => {
  beforeEach(() => (state = { ...state, work }));

  test("a process whose record has lapsed is there again, as others read it", async () => {
    await fill();

    const report = await beat();

    expect(report.isNew).toBe(true);
    const record = await workers.redis.hgetall(ID);
    expect(record).toMatchObject({ info: INFO, concurrency: "7", busy: "1", quiet: "false" });
    expect(Math.abs(Number(record["beat"]) - Date.now() / 1_000)).toBeLessThan(60);
    for (const key of [ID, `tsq:classes:${ID}`]) expect(await workers.redis.ttl(key)).toBeGreaterThan(50);
    expect(await workers.redis.get(`tsq:classes:${ID}`)).toBe(CLASSES);
    expect(await workers.redis.smembers("processes")).toEqual([ID]);
    expect(await workers.redis.zrange("tsq:heard", "0", "-1")).toEqual([ID]);
    expect(await workers.redis.hkeys("tsq:owners")).toEqual([OWNER.name]);
  });

  test("a process that was there is not told for new, and its record is of now", async () => {
    await beat();
    state = { ...state, busy: 5, isQuiet: true };
    await fill();

    const report = await beat();

    expect(report.isNew).toBe(false);
    expect(await workers.redis.hgetall(ID)).toMatchObject({ busy: "5", quiet: "true" });
  });

  test("a process hears what it is to do, each once, and which queues are paused", async () => {
    await workers.redis.lpush(`${ID}-signals`, "TSTP");
    await workers.redis.sadd("paused", "mail");
    await fill();

    const [first, second] = [await beat(), await beat()];

    expect([first.signal, second.signal]).toEqual(["TSTP", undefined]);
    expect(second.paused).toEqual(["mail"]);
  });
});

test("nobody takes a process for dead that lives, and whose record had lapsed in a full memory", async () => {
  const owner = `tsq:in-flight:${OWNER.name}`;
  await workers.redis.hset("tsq:owners", OWNER.name, '["a"]');
  await workers.redis.hset(owner, "#0", 1, "00", "\na\njob");
  const rescuer = rescuerFor({ redis: workers.target, log: workers.logger, suspectMs: 0 });
  onTestFinished(() => rescuer.stop());
  await fill();
  await rescuer.look();

  await beat();

  expect([await rescuer.look(), await rescuer.look()]).toEqual([0, 0]);
});

test("a trouble that is none of a full memory fails a beat as before", async () => {
  await workers.redis.set(ID, "not a hash");

  await expect(beat()).rejects.toThrow("WRONGTYPE");
});

test("a heartbeat tells once that the memory is full, hears meanwhile, and tells when that is over", async () => {
  const told: string[] = [];
  const reports: BeatReport[] = [];
  await fill();
  heartbeat = new Heartbeat({
    ...options,
    redis: workers.target,
    snapshot: () => ({ ...state, metrics: metrics.take() }),
    onReport: (report) => reports.push(report),
    outage: outage(
      (error) => told.push(error.message),
      (kind) => told.push(kind),
    ),
    onHindered: (error) => told.push(String(error)),
  });
  await heartbeat.start();
  // That of the main thread, and then that of the thread which beats from then on.
  await eventually(() => expect(reports.length).toBeGreaterThanOrEqual(2));
  await workers.redis.config("SET", "maxmemory", "0");
  await workers.redis.lpush(`${ID}-signals`, "TERM");
  await fill();

  heartbeat.beat();
  await eventually(() => expect(reports.at(-1)?.signal).toBe("TERM"));
  expect(told).toEqual([expect.stringMatching(/^OOM /)]);
  await fill(false);
  heartbeat.beat();
  await eventually(() => expect(told).toHaveLength(2));

  expect(told[1]).toBe("OOM");
  expect(await workers.redis.hkeys(`${ID}:work`)).toEqual(["t"]);
});
