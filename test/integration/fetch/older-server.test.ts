/**
 * A server that came back older has other jobs in a worker's slots, or their marks: whatever the worker does next,
 * nothing of theirs is written over, and nothing of its own is lost.
 */
import { bury, digestOf, fetch } from "@tsq/core/protocol";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { Capsule } from "../../support/capsule.ts";
import type { CapsuleOptions } from "../../support/capsule.ts";
import { eventually } from "../../support/eventually.ts";
import type { ReliableUnit, UnitOfWork } from "../../support/inside-worker.ts";
import { TcpProxy } from "../../support/proxy.ts";
import { toDead, toQueue, toRetry, toSchedule } from "../../support/moves.ts";
import { startRedis } from "../../support/redis.ts";
import type { TestRedis } from "../../support/redis.ts";
import { withPads } from "../../support/with-way.ts";
import { TestWorkers } from "../../support/worker.ts";

let server: TestRedis;
let workers: TestWorkers;
let proxy: TcpProxy;
let capsules: Capsule[];

beforeAll(async () => {
  server = await startRedis();
  workers = new TestWorkers(server);
});
beforeEach(async () => {
  await workers.redis.flushdb();
  proxy = await TcpProxy.listen(server.port);
  capsules = [];
});
afterEach(async () => {
  proxy.wake();
  for (const capsule of capsules) await capsule.leave();
  await workers.end();
  await proxy.stop();
});
afterAll(() => server.stop());

const capsule = (options: CapsuleOptions = {}): Capsule => {
  const one = new Capsule(workers, options);
  capsules.push(one);
  return one;
};

/** A capsule that runs `ours`, and the older server's idea of its slot. */
const running = async (text: string | Buffer = "ours", concurrency = 1): Promise<Capsule> => {
  const one = capsule({ concurrency });
  await workers.redis.lpush("queue:a", text);
  await one.fetch.start();
  await eventually(() => expect(one.units).toHaveLength(1));
  await eventually(async () => expect((await callsOf(one)).some((call) => call > 0)).toBe(true));
  return one;
};

const inFlightOf = ({ identity }: Capsule): string => `tsq:in-flight:${identity}~default~0`;

const callsOf = async (one: Capsule): Promise<readonly number[]> =>
  (await workers.redis.hmget(inFlightOf(one), "#0", "#1")).map(Number);

/** The server goes back to before the capsule's calls, when its slots held these. */
const goBack = async (one: Capsule, slots: Readonly<Record<string, string>>): Promise<void> => {
  const key = inFlightOf(one);
  const fields = { "#0": "0", "#1": "0", ...slots };
  await workers.redis.multi().del(key, "retry", "dead", "queue:a").hset(key, fields).exec();
};

const slotOf = (unit: UnitOfWork | undefined): string => (unit as ReliableUnit).slot;

/** The oldest of its jobs, for the test to end. */
const taken = (one: Capsule): UnitOfWork => {
  const unit = one.units.shift();
  if (!unit) throw new Error("Expected a job that runs.");
  return unit;
};

const theirs = '\na\n"theirs"';

describe("a job in whose slot the older server has another", () => {
  test.each([
    ["fails", (unit: UnitOfWork) => toRetry(unit, "5", "ours again"), "retry"],
    ["is put off", (unit: UnitOfWork) => toSchedule(unit, "5", "ours again"), "schedule"],
    ["dies", (unit: UnitOfWork) => toDead(unit, "5", "ours again"), "dead"],
  ] as const)("%s: both are kept", async (_, end, set) => {
    const one = await running();
    const unit = taken(one);
    await goBack(one, { [slotOf(unit)]: theirs });

    expect(await end(unit)).toBe(true);

    expect(await workers.redis.zrange(set, "0", "-1")).toEqual(["ours again"]);
    await eventually(() => expect(one.texts).toEqual(['"theirs"']));
  });

  test("is put back: both are kept", async () => {
    const one = await running();
    const unit = taken(one);
    await goBack(one, { [slotOf(unit)]: theirs });

    expect(await toQueue(unit, "back", "ours again", "b")).toBe(true);

    expect(await workers.redis.lrange("queue:b", 0, -1)).toEqual(["ours again"]);
    await eventually(() => expect(one.texts).toEqual(['"theirs"']));
  });

  test("is handed back: both go back to the queue", async () => {
    const one = await running();
    await one.fetch.quiet();
    await goBack(one, { [slotOf(one.units[0])]: theirs });

    expect(await one.fetch.requeue(one.units)).toBe(1);

    expect((await workers.redis.lrange("queue:a", 0, -1)).toSorted()).toEqual(['"theirs"', "ours"]);
  });

  test("is handed back after it has ended: both go back to the queue", async () => {
    const one = await running();
    await one.fetch.quiet();
    await goBack(one, { [slotOf(one.units[0])]: theirs });

    const handedBack = one.fetch.requeue(one.units);
    taken(one).acknowledge();
    await handedBack;

    expect((await workers.redis.lrange("queue:a", 0, -1)).toSorted()).toEqual(['"theirs"', "ours"]);
  });

  test("is done: the other runs", async () => {
    const one = await running();
    const unit = taken(one);
    await goBack(one, { [slotOf(unit)]: theirs });

    unit.acknowledge();

    await eventually(() => expect(one.texts).toEqual(['"theirs"']));
  });

  test("asks for its own bytes: it gets what it has of them, and not the other's", async () => {
    const one = await running(Buffer.from([0x6f, 0x75, 0x72, 0xff, 0x73]));
    const unit = taken(one);
    expect(await unit.bytes()).toEqual(Buffer.from([0x6f, 0x75, 0x72, 0xff, 0x73]));
    await goBack(one, { [slotOf(unit)]: theirs });

    expect(String(await unit.bytes())).toBe("our\ufffds");

    unit.acknowledge();
    await eventually(() => expect(one.texts).toEqual(['"theirs"']));
  });
});

describe("a job in whose slot the older server has the mark of another that it moved", () => {
  test("fails, and its retry is written", async () => {
    const one = await running();
    const unit = taken(one);
    await goBack(one, { [slotOf(unit)]: "-" });

    expect(await toRetry(unit, "5", "ours again")).toBe(true);

    expect(await workers.redis.zrange("retry", "0", "-1")).toEqual(["ours again"]);
  });

  test("is handed back to its queue", async () => {
    const one = await running();
    await one.fetch.quiet();
    await goBack(one, { [slotOf(one.units[0])]: "-" });

    expect(await one.fetch.requeue(one.units)).toBe(1);

    expect(await workers.redis.lrange("queue:a", 0, -1)).toEqual(["ours"]);
  });
});

describe("a job that has just landed on a pad", () => {
  withPads();

  /** A capsule of which nothing reaches the server once its job has landed. */
  const landed = async (concurrency = 1): Promise<Capsule> => {
    const one = await capsule({ concurrency, port: proxy.port, onUnit: () => proxy.sleep() }).idle();
    await workers.redis.lpush("queue:a", "ours");
    await eventually(() => expect(one.units).toHaveLength(1));
    return one;
  };
  const padOf = ({ identity }: Capsule): string => `tsq:pad:${identity}~default:a`;

  test("and that the server has forgotten, is written into its slot", async () => {
    const one = await landed();
    await workers.redis.del(padOf(one));

    proxy.wake();

    await eventually(async () =>
      expect(await workers.redis.hget(inFlightOf(one), slotOf(one.units[0]))).toBe("\na\nours"),
    );
    await workers.redis.lpush("queue:a", "next");
    taken(one).acknowledge();
    await eventually(() => expect(one.texts).toEqual(["next"]));
  });

  test("and that the server has forgotten, goes back to its queue when it is handed back", async () => {
    const one = await landed();
    await workers.redis.del(padOf(one));

    const handedBack = Promise.all([one.fetch.quiet(), one.fetch.requeue(one.units)]);
    proxy.wake();
    await handedBack;

    expect(await workers.redis.lrange("queue:a", 0, -1)).toEqual(["ours"]);
  });

  test.each([
    ["in its place", true],
    ["on top of it", false],
  ])("where the older server has another %s: both are kept, each once", async (_, isGone) => {
    const one = await landed(2);
    await goBack(one, {});
    if (isGone) await workers.redis.del(padOf(one));
    await workers.redis.lpush(padOf(one), "theirs");

    proxy.wake();

    await eventually(() => {
      proxy.wake();
      expect(one.texts).toEqual(["ours", "theirs"]);
    });
    await eventually(async () => {
      proxy.wake();
      const values = Object.values(await workers.redis.hgetall(inFlightOf(one)));
      expect(values).toEqual(expect.arrayContaining(["\na\nours", "\na\ntheirs"]));
    });
    expect(await workers.redis.exists("queue:a", padOf(one))).toBe(0);
  });
});

test("a poison pill is buried from no slot that holds another job by now", async () => {
  const { redis } = workers;
  await redis.hset("hash", "00", theirs, "01", "pill");
  const buryPill = (slot: string) =>
    bury(
      redis,
      { inFlight: "hash", dead: "dead", pads: [] },
      {
        slot,
        first: -1,
        second: -1,
        digest: digestOf("pill"),
        score: "1",
        payload: "buried",
        oldest: "0",
        maxJobs: 9,
      },
    );

  expect(await buryPill("00")).toBe(0);
  expect(await redis.hget("hash", "00")).toBe(theirs);
  expect(await buryPill("01")).toBe(1);
  expect(await redis.zrange("dead", "0", "-1")).toEqual(["buried"]);
});

test("a call of one lane changes nothing when the server has forgotten calls of the other", async () => {
  const { redis } = workers;
  await redis.hset("hash", "#0", "4", "#1", "7", "00", theirs);
  const call = (other: number) =>
    fetch(
      redis,
      { inFlight: "hash", queues: [], pads: [] },
      { lane: "#1", seq: 8, other, slots: "00", moved: "", wanted: 0, offset: 0, weights: [], landings: [] },
    );

  expect(await call(5)).toEqual([-2]);
  expect(await redis.hget("hash", "00")).toBe(theirs);
  expect(await call(4)).toEqual([1]);
  expect(await redis.hget("hash", "00")).toBeNull();
});
