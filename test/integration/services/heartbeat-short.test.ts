/** A process that ends before the thread that is to beat for it has begun. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { Heartbeat, Metrics } from "../../support/inside-worker.ts";
import { outage } from "../../support/outage.ts";
import { ownerState } from "../../support/owner-state.ts";
import { startRedis } from "../../support/redis.ts";
import type { TestRedis } from "../../support/redis.ts";
import { TestWorkers } from "../../support/worker.ts";

const ID = "web:1:abc";

let server: TestRedis;
let workers: TestWorkers;

beforeAll(async () => {
  server = await startRedis();
  workers = new TestWorkers(server);
});
afterAll(async () => {
  await workers.end();
  await server.stop();
});

/** One that runs one job, which holds its owner until it is done. */
const heartbeatOf = ({
  metrics = new Metrics(),
  owners = () => [ownerState(`${ID}~default`, ["a"])],
} = {}) => {
  const failures: unknown[] = [];
  const reports: { readonly signal: string | undefined }[] = [];
  const heartbeat = new Heartbeat({
    redis: workers.target,
    identity: ID,
    info: "{}",
    concurrency: 1,
    classes: '{"names":[],"isCut":false}',
    snapshot: () => ({
      busy: 1,
      isQuiet: false,
      work: [{ tid: "t0", json: "{}" }],
      owners: owners(),
      metrics: metrics.take(),
    }),
    onReport: (report) => reports.push(report),
    outage: outage((error) => failures.push(error)),
    onHindered: (error) => failures.push(error),
  });
  return { heartbeat, failures, reports };
};

test("it is out of sight, with its counts in the layout of who is there, and no thread shows it again", async () => {
  const metrics = new Metrics();
  let owners = [ownerState(`${ID}~default`, ["a"])];
  await workers.redis.sadd("processes", "ruby");
  await workers.redis.hset("ruby", "info", '{"version":"7.3.2"}');
  const { heartbeat, failures } = heartbeatOf({ metrics, owners: () => owners });
  await heartbeat.start();
  expect((await workers.redis.smembers("processes")).toSorted()).toEqual(["ruby", ID]);
  expect(Number(await workers.redis.zscore("tsq:heard", ID))).toBeCloseTo(Date.now(), -5);
  expect(await workers.redis.ttl("tsq:heard")).toBeGreaterThan(3_500);
  metrics.succeeded("A", 5);
  owners = [];

  await heartbeat.stop();

  expect(await workers.redis.smembers("processes")).toEqual(["ruby"]);
  expect(await workers.redis.exists(`${ID}:work`, `tsq:classes:${ID}`, "tsq:owners", "tsq:heard")).toBe(0);
  expect(await workers.redis.get("stat:processed")).toBe("1");
  // The layout of 7 has one hash for the minute; that of 8 would have another for ten minutes.
  const counters = (await workers.redis.keys("j|*")).map((key) => key.split("|").length);
  expect(counters).toEqual([3]);
  expect(await workers.connections()).toEqual([]);
  expect(failures).toEqual([]);
});

test("what keeps it from writing down that it beat keeps it from nothing else", async () => {
  await workers.redis.flushdb();
  await workers.redis.set("tsq:heard", "something else");
  await workers.redis.lpush(`${ID}-signals`, "TSTP");
  const { heartbeat, failures, reports } = heartbeatOf({ owners: () => [] });

  await heartbeat.start();
  await heartbeat.stop();

  expect(reports.map(({ signal }) => signal)).toEqual(["TSTP"]);
  expect(failures).toEqual([]);
  expect(await workers.redis.smembers("processes")).toEqual([]);
});

test("one whose clock is behind or ahead by hours forgets nobody else", async () => {
  await workers.redis.flushdb();
  const [longAgo, later] = [Date.now() - 7_200_000, Date.now() + 7_200_000];
  await workers.redis.zadd("tsq:heard", longAgo, "web:2:behind", later, "web:3:ahead");
  const { heartbeat } = heartbeatOf({ owners: () => [] });

  await heartbeat.start();

  expect(await workers.redis.zrange("tsq:heard", "0", "-1")).toEqual(["web:2:behind", ID, "web:3:ahead"]);
  await heartbeat.stop();
  await workers.redis.del("tsq:heard");
});
