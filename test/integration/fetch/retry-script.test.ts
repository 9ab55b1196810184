/** lua/core/retry.lua by itself: a job is in its slot, or in the set, and never in both. */
import { digestOf, retry, type Redis } from "@tsq/core/protocol";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { startRedis, type TestRedis } from "../../support/redis.ts";

const IN_FLIGHT = "tsq:in-flight:web:1:abc~default~0";
const JOB = '{"class":"HardJob"}';
const HELD = `\na\n${JOB}`;
// Redis 7.0 and those before it have words of their own for what a script may not do.
const REFUSED = /NOPERM|ACL failure in script|can't run this command/;

let server: TestRedis;
let redis: Redis;
/** May do all but write into a hash. */
let narrow: Redis;

beforeAll(async () => {
  server = await startRedis();
  redis = server.client({ replyMapping: "legacy" });
  await redis.call("ACL", "SETUSER", "narrow", "on", ">secret", "~*", "&*", "+@all", "-hset");
  narrow = server.client({ replyMapping: "legacy", username: "narrow", password: "secret" });
});
beforeEach(async () => {
  await redis.flushdb();
  await redis.hset(IN_FLIGHT, { "#0": 3, "#1": 2, "00": HELD });
});
afterAll(() => server.stop());

const run = ({ as = redis, slot = "00", first = 3, second = 2, digest = digestOf(JOB) } = {}) =>
  retry(
    as,
    { inFlight: IN_FLIGHT, set: "retry" },
    { slot, first, second, digest, score: "5", payload: "next try" },
  );

const retries = (): Promise<readonly string[]> => redis.zrange("retry", "0", "-1", "WITHSCORES");

test("a job that its slot holds is in the set, and the slot has the mark of that", async () => {
  expect(await run()).toBe(1);

  expect(await retries()).toEqual(["next try", "5"]);
  expect(await redis.hget(IN_FLIGHT, "00")).toBe("-");
});

test("a job of which only the slot is known is in the set", async () => {
  expect(await run({ digest: "" })).toBe(1);

  expect(await retries()).toEqual(["next try", "5"]);
});

test("a call that is sent again finds its mark, and writes nothing twice", async () => {
  await run();
  await redis.del("retry");

  expect(await run()).toBe(1);

  expect(await retries()).toEqual([]);
});

test("a job that is in no slot is in the set, and no slot has a mark", async () => {
  expect(await run({ slot: "", first: 9, digest: "" })).toBe(1);

  expect(await retries()).toEqual(["next try", "5"]);
  expect(await redis.hgetall(IN_FLIGHT)).toEqual({ "#0": "3", "#1": "2", "00": HELD });
});

test("an empty slot says that the job is others', and nothing is written", async () => {
  expect(await run({ slot: "01", digest: "" })).toBe(0);

  expect(await retries()).toEqual([]);
});

test.each([
  { what: "a call of the first lane", first: 4, second: 2 },
  { what: "a call of the second lane", first: 3, second: 3 },
])("a server that has forgotten $what may have another job there, and nothing is written", async (calls) => {
  expect(await run(calls)).toBe(0);

  expect(await retries()).toEqual([]);
  expect(await redis.hget(IN_FLIGHT, "00")).toBe(HELD);
});

test("another job in the slot stays there, and nothing is written", async () => {
  expect(await run({ digest: digestOf("another") })).toBe(0);

  expect(await retries()).toEqual([]);
  expect(await redis.hget(IN_FLIGHT, "00")).toBe(HELD);
});

test("a job whose slot may not have the mark does not wait in the set as well", async () => {
  await expect(run({ as: narrow })).rejects.toThrow(REFUSED);

  expect(await retries()).toEqual([]);
  expect(await redis.hget(IN_FLIGHT, "00")).toBe(HELD);
});
