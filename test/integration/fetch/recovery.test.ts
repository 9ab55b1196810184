/** A server that forgets what a worker holds, all of it or the last moments: what runs is written down again. */
import { bury, putback, retry } from "@tsq/core/protocol";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { Capsule } from "../../support/capsule.ts";
import { eventually } from "../../support/eventually.ts";
import type { ReliableUnit, UnitOfWork } from "../../support/inside-worker.ts";
import { loadScripts } from "../../support/held-script.ts";
import { buryScript, putbackScript, retryScript } from "../../support/inside-core.ts";
import { toDead, toQueue, toRetry, toSchedule } from "../../support/moves.ts";
import { startRedis } from "../../support/redis.ts";
import type { TestRedis } from "../../support/redis.ts";
import { withPads } from "../../support/with-way.ts";
import { TestWorkers } from "../../support/worker.ts";

let server: TestRedis;
let workers: TestWorkers;
let capsules: Capsule[];

beforeAll(async () => {
  server = await startRedis();
  workers = new TestWorkers(server);
});
beforeEach(async () => {
  await workers.redis.flushdb();
  capsules = [];
});
afterEach(async () => {
  for (const capsule of capsules) await capsule.leave();
  await workers.end();
});
afterAll(() => server.stop());

/** A capsule that holds so many jobs, `job 0` and on, each in its slot. */
const holding = async (count: number): Promise<Capsule> => {
  const one = new Capsule(workers, { concurrency: 10 });
  capsules.push(one);
  for (let i = 0; i < count; i++) await workers.redis.lpush("queue:a", `job ${i}`);
  await one.fetch.start();
  await eventually(() => expect(one.units).toHaveLength(count));
  await one.untilArmed(1);
  return one;
};

/** The oldest of its jobs, for the test to end. */
const oldest = (one: Capsule): UnitOfWork => {
  const unit = one.units.shift();
  if (!unit) throw new Error("Expected a job that runs.");
  return unit;
};

const inFlightOf = ({ identity }: Capsule, epoch = 0): string => `tsq:in-flight:${identity}~default~${epoch}`;

/** The values of the slots, marks too. */
const slots = async (one: Capsule, epoch = 0): Promise<readonly string[]> => {
  const hash = await workers.redis.hgetall(inFlightOf(one, epoch));
  return Object.entries(hash).flatMap(([field, value]) => (field.startsWith("#") ? [] : [value]));
};

const waiting = () => workers.redis.lrange("queue:a", 0, -1);

/** What the server knew of the capsule, to be brought back later. */
const snapshot = async (one: Capsule): Promise<() => Promise<void>> => {
  const dump = await workers.redis.dumpBuffer(inFlightOf(one));
  return async () => {
    await workers.redis.restore(inFlightOf(one), 0, dump, "REPLACE");
  };
};

describe("a server that has forgotten everything", () => {
  test("is told again of a job that fails then, and its retry is written", async () => {
    const one = await holding(1);
    await workers.redis.flushdb();

    expect(await toRetry(oldest(one), "5", "retried")).toBe(true);

    expect(await workers.redis.zrange("retry", "0", "-1", "WITHSCORES")).toEqual(["retried", "5"]);
  });

  test("is told again of a job that dies then, and of those that go on running", async () => {
    const one = await holding(2);
    await workers.redis.flushdb();

    expect(await toDead(oldest(one), "5", "dead")).toBe(true);

    expect(await workers.redis.zrange("dead", "0", "-1")).toEqual(["dead"]);
    expect(await slots(one)).toContain("\na\njob 1");
    expect(await workers.redis.hkeys("tsq:owners")).toEqual([`${one.identity}~default~0`]);
  });

  test("gets back what runs when the worker hands it back", async () => {
    const one = await holding(2);
    await one.fetch.quiet();
    await workers.redis.flushdb();

    expect(await one.fetch.requeue(one.units)).toBe(2);

    expect((await waiting()).toSorted()).toEqual(["job 0", "job 1"]);
  });
});

describe("a server that went back to an older state", () => {
  test("has a retried job again, which goes back to its queue and is not written over", async () => {
    const one = await holding(1);
    const restore = await snapshot(one);
    await toRetry(oldest(one), "5", "retried");
    await restore();
    await workers.redis.del("retry");
    // As a server does that has ended and is back.
    for (const id of await workers.connections()) await workers.redis.client("KILL", "ID", id);

    await eventually(() => expect(one.texts).toEqual(["job 0"]));
    expect(await workers.redis.exists("retry")).toBe(0);
  });

  describe("and whose connections are lost but for that of the pad", () => {
    withPads();

    test("is found out by a worker whose pads have noticed nothing", async () => {
      const one = await holding(1);
      const restore = await snapshot(one);
      await toRetry(oldest(one), "5", "retried");
      await one.untilArmed(1);
      await restore();
      const [waiting] = await workers.connections(" flags=b ");
      for (const id of await workers.connections())
        if (id !== waiting) await workers.redis.client("KILL", "ID", id);

      await eventually(() => expect(one.texts).toEqual(["job 0"]));
    });
  });

  test("has jobs again whose slots others hold by now: both are kept", async () => {
    const one = await holding(1);
    const restore = await snapshot(one);
    oldest(one).acknowledge();
    await workers.redis.lpush("queue:a", "next");
    await eventually(() => expect(one.texts).toEqual(["next"]));
    await eventually(async () => expect(await slots(one)).toEqual(["\na\nnext"]));
    // No call is on its way that would find the older state before the next job comes.
    await one.untilArmed(1);

    await restore();
    await workers.redis.lpush("queue:a", "wakes it");

    await eventually(() => expect(one.texts.toSorted()).toEqual(["job 0", "next", "wakes it"]));
    await eventually(async () =>
      expect((await slots(one)).toSorted()).toEqual(["\na\njob 0", "\na\nnext", "\na\nwakes it"]),
    );
  });
});

describe("a full memory", () => {
  withPads();

  afterEach(() => workers.redis.config("SET", "maxmemory", "0"));

  test("keeps no job from a sleeping worker", async () => {
    const one = await holding(0);
    await workers.redis.lpush("elsewhere", "job");
    await workers.redis.config("SET", "maxmemory", "1");
    for (const id of await workers.connections(" flags=b ")) await workers.redis.client("UNBLOCK", id);
    await eventually(async () => expect(await workers.connections(" flags=b ")).toEqual([]));

    await workers.redis.rename("elsewhere", "queue:a");

    await eventually(() => expect(one.texts).toEqual(["job"]));
  });

  test("lets no living process seem dead", async () => {
    const worker = await workers.start();
    await workers.redis.expire(worker.identity, 20);
    await workers.redis.config("SET", "maxmemory", "1");

    await worker.quiet();

    await eventually(async () => expect(await workers.redis.ttl(worker.identity)).toBeGreaterThan(50));
  });
});

describe("jobs that were rescued from a worker that lives", () => {
  test("are lost to it, and what came after the rescuer's look goes back to its queue", async () => {
    const one = await holding(1);
    // A rescuer that had seen an empty hash.
    await workers.redis.set(`tsq:rescued:${one.identity}~default~0`, "1", "EX", 60);
    await workers.redis.hdel(inFlightOf(one), "#0", "#1");

    await workers.redis.lpush("queue:a", "wakes it");

    await eventually(() => expect(one.lost.map(({ text }) => text)).toContain("job 0"));
    await eventually(() => expect(one.texts.filter((text) => text === "job 0")).toHaveLength(2));
    await eventually(async () =>
      expect(await workers.redis.hkeys("tsq:owners")).toEqual([`${one.identity}~default~1`]),
    );
    expect(await workers.redis.exists(inFlightOf(one))).toBe(0);
  });

  test("write no retry any more", async () => {
    const one = await holding(1);
    await workers.redis.set(`tsq:rescued:${one.identity}~default~0`, "1", "EX", 60);
    await workers.redis.del(inFlightOf(one));

    const unit = oldest(one);
    expect(await toRetry(unit, "5", "retried")).toBe(false);

    expect(await workers.redis.exists("retry")).toBe(0);
    expect(one.lost).toEqual([unit]);
  });
});

test("jobs that were given back for one that blocked the loop are lost to the worker, and that one is not", async () => {
  const one = await holding(2);
  const [blocking, other] = one.units as ReliableUnit[];
  await workers.redis.hdel(inFlightOf(one), other?.slot ?? "");
  await workers.redis.set(`tsq:relieved:${one.identity}~default~0`, blocking?.slot ?? "");

  for (let times = 0; times < 2; times++) await one.fetch.recover();

  expect(one.lost).toEqual([other]);
  expect(await slots(one)).toEqual(["\na\njob 0"]);
  expect(await workers.redis.keys("tsq:relieved:*")).toEqual([]);
});

test.each([
  ["retried", (unit: UnitOfWork) => toRetry(unit, "5", "again")],
  ["buried", (unit: UnitOfWork) => toDead(unit, "5", "dead")],
  ["put off", (unit: UnitOfWork) => toSchedule(unit, "5", "later")],
  ["put back", (unit: UnitOfWork) => toQueue(unit, "front", "back", "b")],
] as const)("a job that has ended is %s no more, though its slot still holds it", async (_, move) => {
  await loadScripts(workers.redis, buryScript, retryScript, putbackScript);
  const one = await holding(1);
  const unit = oldest(one);

  unit.acknowledge();
  expect(await move(unit)).toBe(false);

  expect(await workers.redis.exists("retry", "dead", "schedule", "queue:b")).toBe(0);
  await eventually(async () => expect(await slots(one)).toEqual([]));
});

describe("a move that is sent twice, because its answer was lost, is made once", () => {
  test.each([
    [
      "retry",
      (slot: string) =>
        retry(
          workers.redis,
          { inFlight: "hash", set: "to" },
          { slot, first: 1, second: 0, digest: "", score: "1", payload: "p" },
        ),
    ],
    [
      "bury",
      (slot: string) =>
        bury(
          workers.redis,
          { inFlight: "hash", dead: "to", pads: [] },
          { slot, first: 1, second: 0, digest: "", score: "1", payload: "p", oldest: "0", maxJobs: 9 },
        ),
    ],
    [
      "putback",
      (slot: string) =>
        putback(
          workers.redis,
          { inFlight: "hash", target: "to", queues: "queues" },
          { slot, first: 1, second: 0, digest: "", side: "back", payload: "p" },
        ),
    ],
  ] as const)("%s", async (_, move) => {
    await workers.redis.hset("hash", "#0", "1", "#1", "0", "00", "\na\njob");

    expect(await move("00")).toBe(1);
    await workers.redis.del("to");

    expect(await move("00")).toBe(1);
    expect(await workers.redis.exists("to")).toBe(0);
    expect(await move("01")).toBe(0);
  });
});
