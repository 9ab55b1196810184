/** lua/core/fetch.lua where its offset, its rounds and its pads meet what is rare. */
import { fetch, type Redis } from "@tsq/core/protocol";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { startRedis, type TestRedis } from "../../support/redis.ts";

const IN_FLIGHT = "tsq:in-flight:web:1:abc~default~0";
const PAD = "tsq:pad:web:1:abc~default:a";

let server: TestRedis;
let redis: Redis;

beforeAll(async () => {
  server = await startRedis();
  redis = server.client({ replyMapping: "legacy" });
});
beforeEach(async () => {
  await redis.flushdb();
  await redis.hset(IN_FLIGHT, "#0", 0, "#1", 0);
});
afterAll(() => server.stop());

interface Call {
  readonly queues: readonly string[];
  readonly slots?: string;
  readonly moved?: string;
  readonly wanted?: number;
  readonly offset?: number;
  readonly landings?: readonly string[];
}

/** All queues weigh the same. */
const call = ({ queues, slots = "", moved = "", wanted = 0, offset = 0, landings = [] }: Call) =>
  fetch(
    redis,
    {
      inFlight: IN_FLIGHT,
      queues: queues.map((name) => `queue:${name}`),
      pads: landings.length > 0 ? [PAD] : [],
    },
    {
      lane: "#0",
      seq: 1,
      other: 0,
      slots,
      moved,
      wanted,
      offset,
      landings,
      weights: queues.map(() => 1),
    },
  );

test("a queue that the offset passes over is asked in the next round, when the one it fell on is empty", async () => {
  await redis.lpush("queue:b", "job");

  const reply = await call({ queues: ["a", "b"], slots: "00", wanted: 1, offset: 0.6 });

  expect(reply).toEqual([1, 2, ["job"]]);
});

test("jobs are found wherever they are among many queues that are empty", async () => {
  const queues = Array.from({ length: 10 }, (_, i) => `q${i}`);
  await redis.lpush("queue:q8", "one", "two", "three");

  const reply = await call({ queues, slots: "0001", wanted: 2, offset: 0.1 });

  expect(reply).toEqual([1, 9, ["one", "two"]]);
});

test("of two jobs on a pad the one that landed is given back, and what a late move put behind it stays", async () => {
  await redis.rpush(PAD, "landed", "behind");

  await call({ queues: ["a"], landings: ["<..1"] });

  expect(await redis.lrange("queue:a", 0, -1)).toEqual(["landed"]);
  expect(await redis.lrange(PAD, 0, -1)).toEqual(["behind"]);
});

test("the slots of jobs that were moved are filled and given back when each holds the mark of that", async () => {
  await redis.hset(IN_FLIGHT, "00", "-", "01", "-");
  await redis.lpush("queue:a", "next");

  expect(await call({ queues: ["a"], slots: "0001", moved: "0001", wanted: 1 })).toEqual([1, 1, ["next"]]);

  expect(await redis.hgetall(IN_FLIGHT)).toEqual({ "#0": "1", "#1": "0", "00": "\na\nnext" });
});

test.each(["00", "01"])(
  "a call takes nothing when slot %s has a job again that was moved: the server went back",
  async (slot) => {
    const before = { "#0": "0", "#1": "0", "00": "-", "01": "-", [slot]: "\na\nmoved" };
    await redis.hset(IN_FLIGHT, before);
    await redis.lpush("queue:a", "next");

    expect(await call({ queues: ["a"], slots: "0001", moved: "0001", wanted: 1 })).toEqual([-2]);

    expect(await redis.hgetall(IN_FLIGHT)).toEqual(before);
    expect(await redis.lrange("queue:a", 0, -1)).toEqual(["next"]);
  },
);
