/** A process of which nobody can say how it stands: what is wrong with a job or a log must not end it at a beat. */
import { Worker as Thread } from "node:worker_threads";
import { afterAll, beforeAll, expect, test } from "vitest";
import { eventually } from "../../support/eventually.ts";
import { BEAT_THREAD, Heartbeat, Metrics, newTurn } from "../../support/inside-worker.ts";
import type { BeatThreadData, FromBeatThread } from "../../support/inside-worker.ts";
import { outage } from "../../support/outage.ts";
import { startRedis } from "../../support/redis.ts";
import type { TestRedis } from "../../support/redis.ts";
import { TestWorkers } from "../../support/worker.ts";

const ID = "web:1:abc";

let server: TestRedis;
let workers: TestWorkers;
const uncaught: unknown[] = [];
const seen = (error: unknown): void => void uncaught.push(error);

beforeAll(async () => {
  process.on("uncaughtException", seen);
  server = await startRedis();
  workers = new TestWorkers(server);
});
afterAll(async () => {
  await workers.end();
  await server.stop();
  process.off("uncaughtException", seen);
});

test("a process of which nobody can ever say what runs beats all the same", async () => {
  const failures: unknown[] = [];
  let reports = 0;
  const heartbeat = new Heartbeat({
    redis: workers.target,
    identity: ID,
    info: "{}",
    concurrency: 1,
    classes: '{"names":[],"isCut":false}',
    snapshot: () => {
      throw new RangeError("Maximum call stack size exceeded");
    },
    onReport: () => reports++,
    outage: outage((error) => failures.push(error.message)),
    onHindered: (error) => failures.push(error),
  });

  await heartbeat.start();

  // One is written at the start, and all others by the thread.
  await eventually(() => expect(reports).toBeGreaterThanOrEqual(2));
  expect(await workers.redis.hgetall(ID)).toMatchObject({ busy: "0", beat: expect.any(String) });
  expect(await workers.redis.sismember("processes", ID)).toBe(1);
  expect(failures).toContain("Maximum call stack size exceeded");
  await heartbeat.stop().catch(() => {});
  expect(uncaught).toEqual([]);
  await workers.redis.del(ID, "processes", "tsq:heard");
});

test("a main thread that has never answered, because its first job blocks it, is seen to live", async () => {
  const workerData: BeatThreadData = {
    turn: newTurn(),
    redis: workers.target,
    identity: ID,
    info: "{}",
    concurrency: 1,
    classes: '{"names":[],"isCut":false}',
    blockedLoopTimeoutMs: 0,
  };
  const heard: string[] = [];
  const thread = new Thread(BEAT_THREAD, { workerData, execArgv: [] });
  thread.on("message", ({ kind }: FromBeatThread) => heard.push(kind));
  try {
    await eventually(() => expect(heard).toContain("report"));

    expect(heard).toContain("ask");
    expect(await workers.redis.hgetall(ID)).toMatchObject({ busy: "0", beat: expect.any(String) });
  } finally {
    await thread.terminate();
    await workers.redis.del(ID, "processes", "tsq:heard");
  }
});

test("a beat for which nobody can say what runs ends no process, and the next one tells of it", async () => {
  const metrics = new Metrics();
  const failures: unknown[] = [];
  let reports = 0;
  let isBroken = false;
  const heartbeat = new Heartbeat({
    redis: workers.target,
    identity: ID,
    info: "{}",
    concurrency: 1,
    classes: '{"names":[],"isCut":false}',
    snapshot: () => {
      if (isBroken) throw new RangeError("Maximum call stack size exceeded");
      return { busy: reports, isQuiet: false, work: [], owners: [], metrics: metrics.take() };
    },
    onReport: () => reports++,
    outage: outage((error) => failures.push(error.message)),
    onHindered: (error) => failures.push(error),
  });
  await heartbeat.start();
  await eventually(() => expect(reports).toBeGreaterThanOrEqual(2));
  isBroken = true;

  heartbeat.beat();
  await eventually(() => expect([...failures, ...uncaught]).toEqual(["Maximum call stack size exceeded"]));
  isBroken = false;
  const before = reports;
  heartbeat.beat();

  await eventually(async () =>
    expect(Number(await workers.redis.hget(ID, "busy"))).toBeGreaterThanOrEqual(before),
  );
  // Nor does it keep the process from leaving.
  isBroken = true;
  await heartbeat.stop().catch((error: unknown) => failures.push(error));
  expect(failures.at(-1)).toBeInstanceOf(RangeError);
  expect(uncaught).toEqual([]);
  await workers.redis.del(ID, "processes", "tsq:heard");
});
