/** lua/core/fetch.lua and the jobs on pads; and what of requeue.lua and rescue.lua a full memory or a wrong key may stop. */
import { createHash } from "node:crypto";
import { fetch, requeue, rescue } from "@tsq/core/protocol";
import type { Redis } from "@tsq/core/protocol";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { payloadText } from "../../support/payload-text.ts";
import { startRedis } from "../../support/redis.ts";
import type { TestRedis } from "../../support/redis.ts";

const OWNER = "web:1:abc~default~0";
const IN_FLIGHT = `tsq:in-flight:${OWNER}`;
const QUEUES = ["a", "b"];
const PADS = QUEUES.map((queue) => `tsq:pad:web:1:abc~default:${queue}`);

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
afterEach(() => redis.config("SET", "maxmemory", "0"));
afterAll(() => server.stop());

const fillMemory = async (): Promise<void> => {
  await redis.config("SET", "maxmemory", "1");
  await expect(redis.set("x", "y")).rejects.toThrow("OOM");
};

const call = (landings: readonly string[], { seq = 1, slots = "", wanted = 0, weights = [0, 0] } = {}) =>
  fetch(
    redis,
    { inFlight: IN_FLIGHT, queues: QUEUES.map((name) => `queue:${name}`), pads: PADS },
    { lane: "#0", seq, other: 0, slots, moved: "", wanted, offset: 0.5, weights, landings },
  );

const land = (queue: number, payload: string) => redis.lpush(PADS[queue - 1] ?? "", payload);

describe("a job on a pad", () => {
  test("goes into its slot when it is adopted", async () => {
    const payload = payloadText({ queue: "b" });
    await land(2, payload);

    expect(await call(["+zz2"])).toEqual([1]);
    expect(await redis.hget(IN_FLIGHT, "zz")).toBe(payload);
    expect(await redis.exists(...PADS)).toBe(0);
  });

  test("takes its queue along when it does not name it", async () => {
    await land(1, '{"class":"A"}');

    await call(["+001"]);

    expect(await redis.hget(IN_FLIGHT, "00")).toBe('\na\n{"class":"A"}');
  });

  test("is gone when it has finished before", async () => {
    await land(1, "done");

    await call(["*..1"]);

    expect(await redis.exists(...PADS, "queue:a")).toBe(0);
    expect(await redis.hlen(IN_FLIGHT)).toBe(2);
  });

  test("is the next of its queue when it is given back", async () => {
    await redis.lpush("queue:a", "next", "last");
    await land(1, "first");

    await call(["<..1"]);

    expect(await redis.lrange("queue:a", 0, -1)).toEqual(["last", "next", "first"]);
    expect(await redis.exists(...PADS)).toBe(0);
  });

  test("that is given back can be taken by the same call", async () => {
    await land(2, "job");

    expect(await call(["<..2"], { slots: "00", wanted: 1 })).toEqual([1, 2, ["job"]]);
  });

  test("can be one of several, beside jobs that are taken", async () => {
    await redis.lpush("queue:a", "taken");
    await land(1, "adopted");
    await land(2, "done");

    expect(await call(["+051", "*..2"], { slots: "0001", wanted: 2, weights: [1, 3] })).toEqual([
      1,
      1,
      ["taken"],
    ]);
    expect(await redis.hgetall(IN_FLIGHT)).toEqual({
      "#0": "1",
      "#1": "0",
      "05": "\na\nadopted",
      "00": "\na\ntaken",
    });
  });

  test("is not looked at again by a call that is sent again", async () => {
    await land(1, "first");
    await call(["*..1"]);
    await land(1, "second");

    expect(await call(["*..1"])).toEqual([-1, []]);
    expect(await redis.lrange(PADS[0] ?? "", 0, -1)).toEqual(["second"]);
  });

  test.each([
    { op: "adopted", landing: "+001" },
    { op: "given back by who runs it", landing: "<001" },
  ])("that is not on it any more is not $op, and the call says so", async ({ landing }) => {
    await land(2, "other");

    expect(await call(["*..2", landing])).toEqual([-2]);

    expect(await redis.llen(PADS[1] ?? "")).toBe(1);
    expect(await redis.hexists(IN_FLIGHT, "00")).toBe(0);
  });

  test("stays on it while the call is refused", async () => {
    await land(1, "job");
    await redis.del(IN_FLIGHT);

    expect(await call(["+001"])).toEqual([-2]);
    expect(await redis.llen(PADS[0] ?? "")).toBe(1);
  });

  test.each([
    { op: "adopted", landing: "+001", left: "slot" },
    { op: "given back", landing: "<..1", left: "queue" },
  ])("is $op although the memory is full", async ({ landing, left }) => {
    await land(1, "job");
    await fillMemory();

    await call([landing]);

    expect(await redis.exists(...PADS)).toBe(0);
    expect(await redis.hget(IN_FLIGHT, "00")).toBe(left === "slot" ? "\na\njob" : null);
    expect(await redis.llen("queue:a")).toBe(left === "queue" ? 1 : 0);
  });

  test("stays on it when its queue's key holds something else", async () => {
    await land(1, "job");
    await redis.set("queue:a", "text");

    await call(["<..1"]);

    expect(await redis.lrange(PADS[0] ?? "", 0, -1)).toEqual(["job"]);
  });
});

const handBack = () =>
  requeue(
    redis,
    { inFlight: IN_FLIGHT, queues: "queues", targets: ["queue:a", "queue:b"] },
    { first: 0, second: 0, plan: { slots: ["00", "01"], targets: [1, 2] } },
  );

const sha1 = (text: string | null): string => createHash("sha1").update(String(text)).digest("hex");
/** What a rescuer has seen in the slots, or has not. */
const seen = async () => (await redis.hmget(IN_FLIGHT, "00", "01")).map(sha1);

const bringBack = async (last = true, digests?: readonly string[]) =>
  rescue(
    redis,
    {
      inFlight: IN_FLIGHT,
      beat: "web:1:abc",
      owners: "tsq:owners",
      queues: "queues",
      rescued: `tsq:rescued:${OWNER}`,
      targets: ["queue:a", "queue:b"],
      pads: PADS,
      counts: ["tsq:rescues:j0", "tsq:rescues:j1"],
    },
    {
      owner: OWNER,
      plan: {
        slots: ["00", "01"],
        digests: digests ?? (await seen()),
        targets: [1, 2],
        landed: [],
        queues: 2,
        last,
        calls: [],
        spared: [],
      },
      mark: "1",
    },
  );

describe.each([
  { verb: "handed back", act: handBack },
  { verb: "rescued", act: () => bringBack() },
])("jobs in flight are $verb", ({ act }) => {
  beforeEach(async () => {
    await redis.hset("tsq:owners", OWNER, JSON.stringify(QUEUES));
    await redis.hset(IN_FLIGHT, "00", "\na\njob a", "01", "\nb\njob b");
  });

  test("each to the pop side of its queue", async () => {
    await redis.lpush("queue:a", "waiting");

    expect(await act()).toBe(2);
    expect(await redis.lrange("queue:a", 0, -1)).toEqual(["waiting", "job a"]);
    expect(await redis.lrange("queue:b", 0, -1)).toEqual(["job b"]);
    expect((await redis.smembers("queues")).toSorted()).toEqual(QUEUES);
  });

  test("once", async () => {
    await act();

    expect(await act()).toBe(0);
    expect(await redis.llen("queue:a")).toBe(1);
  });

  test("although the memory is full", async () => {
    await fillMemory();

    expect(await act()).toBe(2);
    expect(await redis.llen("queue:b")).toBe(1);
  });

  test("but for those whose queue's key holds something else, which stay where they are", async () => {
    await redis.set("queue:a", "text");

    expect(await act()).toBe(1);
    expect(await redis.lrange("queue:b", 0, -1)).toEqual(["job b"]);
    expect(await redis.hget(IN_FLIGHT, "00")).toBe("\na\njob a");
    expect(await redis.hexists("tsq:owners", OWNER)).toBe(1);
  });
});

test("a rescuer leaves a process alone that is alive", async () => {
  await redis.hset(IN_FLIGHT, "00", "\na\njob");
  await redis.hset("web:1:abc", "beat", 1);

  expect(await bringBack()).toBe(-1);
  expect(await redis.hget(IN_FLIGHT, "00")).toBe("\na\njob");
  expect(await redis.exists("queue:a", `tsq:rescued:${OWNER}`)).toBe(0);
});

test("a rescue in parts leaves the owner until its last", async () => {
  await redis.hset("tsq:owners", OWNER, "[]");
  await redis.hset(IN_FLIGHT, "00", "\na\njob");

  await bringBack(false);
  expect(await redis.exists("tsq:owners")).toBe(1);

  await bringBack(true);
  expect(await redis.exists(IN_FLIGHT, "tsq:owners")).toBe(0);
});

test("a rescue leaves what was taken after it had looked, and its owner, for the next", async () => {
  await redis.hset("tsq:owners", OWNER, "[]");
  await redis.hset(IN_FLIGHT, "02", "\na\nlater");

  await bringBack();

  expect(await redis.hgetall(IN_FLIGHT)).toEqual({ "02": "\na\nlater" });
  expect(await redis.exists("tsq:owners")).toBe(1);
});

test("a rescue leaves a slot alone that was filled anew after the look, and its job's count", async () => {
  await redis.hset(IN_FLIGHT, "00", "\na\nseen", "01", "\nb\njob b");
  const digests = await seen();
  await redis.hset(IN_FLIGHT, "00", "\nb\nfilled anew");

  expect(await bringBack(true, digests)).toBe(1);

  expect(await redis.hget(IN_FLIGHT, "00")).toBe("\nb\nfilled anew");
  expect(await redis.exists("queue:a", "tsq:rescues:j0")).toBe(0);
});

test("a rescue brings back what is on the pads, in their own queues", async () => {
  await land(1, "on pad a");
  await land(2, "on pad b");

  expect(await bringBack()).toBe(2);
  expect(await redis.lrange("queue:a", 0, -1)).toEqual(["on pad a"]);
  expect(await redis.lrange("queue:b", 0, -1)).toEqual(["on pad b"]);
});

test("a rescue counts for each job, for 72 hours", async () => {
  await redis.hset(IN_FLIGHT, "00", "\na\njob");

  await bringBack();

  expect(await redis.mget("tsq:rescues:j0", "tsq:rescues:j1")).toEqual(["1", null]);
  expect(await redis.ttl("tsq:rescues:j0")).toBeGreaterThan(259_100);
  expect(await redis.ttl(`tsq:rescued:${OWNER}`)).toBeGreaterThan(86_300);
});
