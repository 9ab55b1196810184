/** A job goes into the dead set from its slot or from the pad on which its process left it, and no other job in its stead. */
import { bury, digestOf } from "@tsq/core/protocol";
import type { Redis } from "ioredis";
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from "vitest";
import { startRedis } from "../../support/redis.ts";
import type { TestRedis } from "../../support/redis.ts";

const inFlight = "tsq:in-flight:host:1:nonce~default~0";
const PAD = "tsq:pad:host:1:nonce~default:a";
const PILL = '{"class":"Pill","jid":"größe"}';

let server: TestRedis;
let redis: Redis;

beforeAll(async () => {
  server = await startRedis();
  redis = server.client();
});
beforeEach(() => redis.flushdb());
afterAll(() => server.stop());

const dead = () => redis.zrange("dead", "0", "-1");

/** As a rescuer does it, which makes no calls and found the job in no slot. */
const buryFromPad = (limits: { readonly oldest?: string; readonly maxJobs?: number } = {}) =>
  bury(
    redis,
    { inFlight, dead: "dead", pads: [PAD] },
    {
      slot: "",
      first: -1,
      second: -1,
      digest: digestOf(PILL),
      score: "5",
      payload: "pill",
      oldest: "0",
      maxJobs: 10,
      ...limits,
    },
  );

test("a pill on a pad is buried, and what lies below it stays", async () => {
  await redis.rpush(PAD, PILL, "below");

  expect(await buryFromPad()).toBe(1);

  expect(await dead()).toEqual(["pill"]);
  expect(await redis.lrange(PAD, 0, -1)).toEqual(["below"]);
});

test("a pad that has another job by now keeps it, and nothing is buried", async () => {
  await redis.rpush(PAD, "another", PILL);

  expect(await buryFromPad()).toBe(0);

  expect(await redis.lrange(PAD, 0, -1)).toEqual(["another", PILL]);
  expect(await dead()).toEqual([]);
});

test.each([
  ["that is empty", async () => {}],
  ["of another type", () => redis.set(PAD, "text")],
])("of a pad %s nothing is buried", async (_, make) => {
  await make();

  expect(await buryFromPad()).toBe(0);

  expect(await dead()).toEqual([]);
});

test("what is too old leaves the dead set with a burial", async () => {
  await redis.zadd("dead", 1, "too old", 3, "young");
  await redis.rpush(PAD, PILL);

  expect(await buryFromPad({ oldest: "2" })).toBe(1);

  expect(await dead()).toEqual(["young", "pill"]);
});

test("a burial leaves one less than the limit in the dead set, the newest, as Sidekiq does", async () => {
  await redis.zadd("dead", 1, "oldest", 2, "old", 3, "young");
  await redis.rpush(PAD, PILL);

  expect(await buryFromPad({ maxJobs: 3 })).toBe(1);

  expect(await dead()).toEqual(["young", "pill"]);
});

test("a dead set of another type is named, and the job stays where it is", async () => {
  await redis.set("dead", "text");
  await redis.rpush(PAD, PILL);

  await expect(buryFromPad()).rejects.toThrow("WRONGTYPE Expected dead to be a zset, it is a string");

  expect(await redis.lrange(PAD, 0, -1)).toEqual([PILL]);
});

test.each([
  ["slot", "hset", { slot: "00", pads: [] }],
  ["pad", "lpop", { slot: "", pads: [PAD] }],
])("a job that may not leave its %s is not in the dead set too", async (_, command, { slot, pads }) => {
  await redis.hset(inFlight, "00", PILL);
  await redis.rpush(PAD, PILL);
  await redis.acl("SETUSER", "worker", "reset", "on", ">secret", "~*", "&*", "+@all", `-${command}`);
  onTestFinished(async () => void (await redis.acl("DELUSER", "worker")));
  const worker = server.client({ username: "worker", password: "secret" });

  const burial = bury(
    worker,
    { inFlight, dead: "dead", pads },
    {
      slot,
      first: -1,
      second: -1,
      digest: digestOf(PILL),
      score: "5",
      payload: "pill",
      oldest: "0",
      maxJobs: 9,
    },
  );

  await expect(burial).rejects.toThrow(/permissions|can't run this command/);
  expect(await dead()).toEqual([]);
  expect(await redis.hget(inFlight, "00")).toBe(PILL);
  expect(await redis.lrange(PAD, 0, -1)).toEqual([PILL]);
});
