/** A job that has started and is to run again from its queue: it is taken out of its slot and pushed in one step. */
import { putback } from "@tsq/core/protocol";
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { hasNativeRedis } from "../../support/native-redis.ts";
import { startRedis } from "../../support/redis.ts";
import type { TestRedis } from "../../support/redis.ts";
import type { Redis } from "ioredis";

let server: TestRedis;
let redis: Redis;

beforeAll(async () => {
  server = await startRedis();
  redis = server.client();
});
beforeEach(() => redis.flushdb());
afterAll(() => server.stop());

const KEYS = { inFlight: "hash", target: "queue:a", queues: "queues" };

/** A hash that knows three calls of one lane and two of the other, with a job in its slot. */
const holding = (): Promise<number> => redis.hset("hash", "#0", "3", "#1", "2", "00", "\na\njob");

const put = (over: Partial<Parameters<typeof putback>[2]> = {}, keys = KEYS, from = redis): Promise<number> =>
  putback(from, keys, {
    slot: "00",
    first: 3,
    second: 2,
    digest: "",
    side: "back",
    payload: "job again",
    ...over,
  });

describe("a job that is put back", () => {
  beforeEach(async () => {
    await holding();
    await redis.lpush("queue:a", "first", "second");
  });

  test("to the back of its queue is fetched after all that wait there", async () => {
    expect(await put()).toBe(1);

    expect(await redis.lrange("queue:a", 0, -1)).toEqual(["job again", "second", "first"]);
  });

  test("to the front of its queue is the next one fetched", async () => {
    expect(await put({ side: "front" })).toBe(1);

    expect(await redis.lrange("queue:a", 0, -1)).toEqual(["second", "first", "job again"]);
  });

  test("leaves the mark of a moved job in its slot, and its queue among the queues", async () => {
    await put();

    expect(await redis.hgetall("hash")).toEqual({ "#0": "3", "#1": "2", "00": "-" });
    expect(await redis.smembers("queues")).toEqual(["a"]);
  });

  test("without a slot is pushed, and no hash is written", async () => {
    await redis.del("hash");

    expect(await put({ slot: "", first: -1, second: -1 })).toBe(1);

    expect(await redis.lrange("queue:a", 0, 0)).toEqual(["job again"]);
    expect(await redis.exists("hash")).toBe(0);
  });
});

test.for(["back", "front"] as const)(
  "a job whose slot may not be marked stays there alone: it leaves the %s of its queue, and nothing else goes",
  async (side) => {
    await holding();
    await redis.lpush("queue:a", "first", "second");
    await redis.acl("SETUSER", "worker", "reset", "on", ">secret", "~*", "&*", "+@all", "-hset");
    onTestFinished(async () => void (await redis.acl("DELUSER", "worker")));
    const worker = server.client({ username: "worker", password: "secret" });

    const refused = put({ side }, KEYS, worker).finally(() => worker.disconnect());

    await expect(refused).rejects.toThrow(/permissions|can't run this command/);
    expect(await redis.lrange("queue:a", 0, -1)).toEqual(["second", "first"]);
    expect(await redis.hget("hash", "00")).toBe("\na\njob");
  },
);

describe("nothing is put back", () => {
  test.each([
    ["by a server that lacks a call of the first lane", { first: 4 }],
    ["by a server that lacks a call of the second lane", { second: 3 }],
    ["out of a slot that is empty", { slot: "01" }],
  ])("%s", async (_, over) => {
    await holding();

    expect(await put(over)).toBe(0);

    expect(await redis.exists("queue:a", "queues")).toBe(0);
    expect(await redis.hget("hash", "00")).toBe("\na\njob");
  });

  test("out of a hash that is gone", async () => {
    expect(await put()).toBe(0);
    expect(await redis.exists("hash", "queue:a")).toBe(0);
  });

  test("onto a key that is no list, and the job stays in its slot", async () => {
    await holding();
    await redis.set("queue:a", "text");

    await expect(put()).rejects.toThrow("WRONGTYPE Expected queue:a to be a list, it is a string");

    expect(await redis.hget("hash", "00")).toBe("\na\njob");
  });
});

test("a `queues` of another type costs no job", async () => {
  await holding();
  await redis.set("queues", "text");

  expect(await put()).toBe(1);

  expect(await redis.lrange("queue:a", 0, -1)).toEqual(["job again"]);
});

describe.runIf(hasNativeRedis())("on a server of its own", () => {
  let native: TestRedis;
  let admin: Redis;

  beforeAll(async () => {
    native = await startRedis({ backend: "native" });
    admin = native.client();
  });
  afterAll(() => native.stop());

  test("a job is put back although the memory is full", async () => {
    await admin.hset("hash", "#0", "3", "#1", "2", "00", "\na\njob");
    await admin.config("SET", "maxmemory", "1");

    expect(await put({}, KEYS, admin)).toBe(1);

    await admin.config("SET", "maxmemory", "0");
    expect(await admin.lrange("queue:a", 0, -1)).toEqual(["job again"]);
    await admin.flushdb();
  });

  test("a user who may not push keeps the job in its slot", async () => {
    await admin.hset("hash", "#0", "3", "#1", "2", "00", "\na\njob");
    await admin.acl("SETUSER", "web", "reset", "on", ">password", "~*", "&*", "+@all", "-lpush");
    const web = native.client({ username: "web", password: "password" });

    await expect(put({}, KEYS, web)).rejects.toThrow();

    expect(await admin.hget("hash", "00")).toBe("\na\njob");
    web.disconnect();
    await admin.flushdb();
  });
});
