/** A worker behind a network that swallows what its connections carry, of each role alone and of all at once. */
import { defineJob } from "@tsq/core";
import type { RedisOptions } from "@tsq/core";
import { Stats } from "@tsq/core/api";
import { Outage } from "@tsq/core/protocol";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { RoughProxy } from "../support/chaos/rough-proxy.ts";
import { eventually } from "../support/eventually.ts";
import { Heartbeat } from "../support/inside-worker.ts";
import { payloadText, pushTexts } from "../support/payload-text.ts";
import { pollerFor, rescuerFor } from "../support/services.ts";
import { startRedis } from "../support/redis.ts";
import type { TestRedis } from "../support/redis.ts";
import { withPads, withWay } from "../support/with-way.ts";
import { TestWorkers } from "../support/worker.ts";

let server: TestRedis;
let workers: TestWorkers;
let proxy: RoughProxy;
let runs: number[];
const parts: (() => Promise<void>)[] = [];

beforeAll(async () => {
  server = await startRedis();
  workers = new TestWorkers(server);
});
beforeEach(async () => {
  await workers.redis.flushdb();
  proxy = await RoughProxy.listen(server.port);
  runs = [];
});
afterEach(async () => {
  // Before the connections are counted.
  await Promise.all(parts.splice(0).map((stop) => stop()));
  await workers.end();
  await proxy.stop();
});
afterAll(() => server.stop());

const through = (): RedisOptions => ({
  ...workers.target,
  host: "127.0.0.1",
  port: Number(new URL(proxy.url).port),
  socketTimeout: 400,
});

const hardJob = defineJob("HardJob", async (_job, n: number) => {
  await new Promise(setImmediate);
  runs.push(n);
});

const push = (from: number, count: number): Promise<void> =>
  pushTexts(
    workers.redis,
    Array.from({ length: count }, (_, i) => payloadText({ args: [from + i] })),
  );
const upTo = (count: number): readonly number[] => Array.from({ length: count }, (_, i) => i);
const ran = (count: number): Promise<void> =>
  eventually(() => expect(runs.toSorted((a, b) => a - b)).toEqual(upTo(count)));
const armed = (pads = 1): Promise<void> =>
  eventually(async () => expect(await workers.connections("cmd=blmove")).toHaveLength(pads));

const isOfFetch = (commands: string): boolean => /evalsha/.test(commands) && !/rtt_us/.test(commands);
const isOfPad = (commands: string): boolean => /blmove/.test(commands);
const listens = (commands: string): boolean => /subscribe/.test(commands);
const isOfHeartbeat = (commands: string): boolean => /rtt_us/.test(commands);

describe("a worker goes on", () => {
  withPads();

  test("when all its connections go silent while it waits, which is one outage in its log", async () => {
    // Each of the two capsules has a pad for each of its queues.
    const capsules = { own: { queues: ["own", "other"], concurrency: 1 } };
    await workers.start({ redis: through(), jobs: [hardJob], capsules });
    await push(0, 1);
    await ran(1);
    await armed(3);

    expect(proxy.loseServers()).toBeGreaterThan(6);
    await push(1, 3);

    await ran(4);
    // Also those that would have found out at their own next look, in seconds: nobody is left that is silent.
    await eventually(() => expect(workers.messages(30)).toContain("Redis is back"));
    expect(proxy.lost()).toBe(0);
    const told = workers.messages(30).filter((message) => message.includes("Redis"));
    expect(told).toEqual([
      expect.stringMatching(
        /^Cannot reach Redis at redis:\/\/127\.0\.0\.1:\d+\/0: it has not answered for 0\.\d s\. Is the server running\? Jobs that run go on, what is fetched is safe, and it is tried again\.$/,
      ),
      "Redis is back",
    ]);
    expect(workers.errors.map(({ context }) => context.context)).toEqual(told.slice(0, 1));
    await eventually(async () => expect(await workers.leftoverJobs()).toBe(0));
  });

  test("when all its connections go silent again and again under load, and runs each job once", async () => {
    await workers.start({ redis: through(), jobs: [hardJob], concurrency: 20 });
    let pushed = 0;
    for (let round = 0; round < 3; round++) {
      await push(pushed, 500);
      pushed += 500;
      await eventually(() => expect(runs.length).toBeGreaterThan(pushed - 450));
      expect(proxy.loseServers()).toBeGreaterThan(0);
    }

    await ran(pushed);
    await eventually(async () => expect(await workers.leftoverJobs()).toBe(0));
  });

  describe.each([
    ["the one that fetches", isOfFetch],
    ["the pad's", isOfPad],
  ] as const)("when %s alone goes silent", (_which, isMeant) => {
    test.each([3, 500])("and is given up, while %i jobs come", async (jobs) => {
      await workers.start({ redis: through(), jobs: [hardJob] });
      await push(0, 1);
      await ran(1);
      await armed();

      await eventually(() => expect(proxy.loseServers(isMeant)).toBe(1));
      await push(1, jobs);

      await ran(1 + jobs);
      await eventually(() => expect(proxy.lost()).toBe(0));
      await eventually(async () => expect(await workers.leftoverJobs()).toBe(0));
    });
  });

  test("when the heartbeat's alone goes silent, which is given up at the next beat, while 500 jobs come", async () => {
    const worker = await workers.start({ redis: through(), jobs: [hardJob] });
    const ttl = () => workers.redis.ttl(worker.identity);
    await push(0, 1);
    await ran(1);
    await eventually(async () => expect(await ttl()).toBeGreaterThan(0));

    await eventually(() => expect(proxy.loseServers(isOfHeartbeat)).toBe(1));
    await workers.redis.expire(worker.identity, 40);
    await push(1, 500);

    await ran(501);
    await eventually(async () => expect(await ttl()).toBeGreaterThan(50));
    expect(proxy.lost()).toBe(0);
  });

  test("with a basic fetch", async () => {
    await workers.start({ redis: through(), jobs: [hardJob], fetch: "basic" });
    await push(0, 1);
    await ran(1);
    await eventually(async () => expect(await workers.connections("cmd=brpop")).toHaveLength(1));

    proxy.loseServers();
    await push(1, 3);

    await ran(4);
  });

  test("with what falls due", async () => {
    const poller = pollerFor({
      redis: through(),
    });
    parts.push(() => poller.stop());
    await poller.poll();
    await workers.redis.zadd("schedule", "1", payloadText());

    proxy.loseServers();

    expect(await poller.poll()).toBe(1);
  });

  test("with its looks for the dead", async () => {
    const rescuer = rescuerFor({
      redis: through(),
      suspectMs: 0,
      log: workers.logger,
    });
    parts.push(() => rescuer.stop());
    await workers.redis.hset("tsq:owners", "web:1:abc~default~0", '["default"]');
    await workers.redis.hset("tsq:in-flight:web:1:abc~default~0", "#0", 1, "00", "\ndefault\njob");
    await rescuer.look();

    proxy.loseServers();

    // It has lost sight of them, and suspects anew.
    expect(await rescuer.look()).toBe(0);
    expect(await rescuer.look()).toBe(1);
  });

  test("with its beats", async () => {
    let reports = 0;
    const told: string[] = [];
    const heartbeat = new Heartbeat({
      redis: through(),
      identity: "web:1:abc",
      info: "{}",
      concurrency: 1,
      classes: "{}",
      snapshot: () => ({
        busy: 0,
        isQuiet: false,
        work: [],
        owners: [],
        metrics: { processed: 0, failed: 0, classes: new Map() },
      }),
      onReport: () => reports++,
      onHindered: () => {},
      outage: new Outage({ begun: () => told.push("silent"), over: () => told.push("back") }),
    });
    parts.push(() => heartbeat.stop());
    await heartbeat.start();
    await eventually(() => expect(reports).toBeGreaterThanOrEqual(2));

    expect(proxy.loseServers(isOfHeartbeat)).toBeGreaterThan(0);
    await workers.redis.del("web:1:abc");
    heartbeat.beat();

    await eventually(async () => expect(await workers.redis.exists("web:1:abc")).toBe(1));
    await eventually(() => expect(told).toEqual(["silent", "back"]));
  });
});

describe.each(["tracking", "polling"] as const)("a worker that waits by %s goes on", (way) => {
  withWay(way);

  test.each([
    ["all its connections go", () => true],
    ["the one that fetches alone goes", isOfFetch],
    ...(way === "tracking" ? [["the one that listens alone goes", listens] as const] : []),
  ] as const)("when %s silent", async (_which, isMeant) => {
    await workers.start({ redis: through(), jobs: [hardJob] });
    await push(0, 1);
    await ran(1);
    await eventually(() =>
      expect(workers.messages()).toContainEqual(expect.stringMatching(/of jobs on|Jobs on/)),
    );

    await eventually(() => expect(proxy.loseServers(isMeant)).toBeGreaterThan(0));
    await push(1, 3);

    await ran(4);
    await eventually(async () => expect(await workers.leftoverJobs()).toBe(0));
    const told = workers.messages(30).filter((message) => message.includes("Redis at"));
    expect(told.length).toBeLessThan(2);
  });
});

test("the data API answers by a new connection when its own has gone silent", async () => {
  const stats = new Stats({ redis: { ...through(), socketTimeout: 800 } });
  parts.push(() => stats.close());
  await stats.fetch();
  await push(0, 2);

  proxy.loseServers();

  expect((await stats.fetch()).enqueued).toBe(2);
});

test("a worker whose connections are all silent stops all the same", async () => {
  const worker = await workers.start({ redis: through(), jobs: [hardJob], shutdownTimeoutMs: 0 });
  await push(0, 1);
  await ran(1);

  proxy.loseServers();

  await worker.stop();
});
