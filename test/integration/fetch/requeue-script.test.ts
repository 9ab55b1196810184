/** lua/core/requeue.lua by itself: which jobs of a worker that stops go back, and where to. */
import { requeue, type Redis } from "@tsq/core/protocol";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { startRedis, type TestRedis } from "../../support/redis.ts";

const IN_FLIGHT = "tsq:in-flight:web:1:abc~default~0";
const held = (payload: string): string => `\na\n${payload}`;

let server: TestRedis;
let redis: Redis;

beforeAll(async () => {
  server = await startRedis();
  redis = server.client({ replyMapping: "legacy" });
});
beforeEach(async () => {
  await redis.flushdb();
  await redis.hset(IN_FLIGHT, { "#0": 3, "#1": 2 });
});
afterAll(() => server.stop());

/** @param slots each with its queue */
const run = (slots: Readonly<Record<string, "a" | "b">>, { first = 3, second = 2 } = {}): Promise<number> =>
  requeue(
    redis,
    { inFlight: IN_FLIGHT, queues: "queues", targets: ["queue:a", "queue:b"] },
    {
      first,
      second,
      plan: {
        slots: Object.keys(slots),
        targets: Object.values(slots).map((name) => (name === "a" ? 1 : 2)),
      },
    },
  );

const queue = (name: string): Promise<readonly string[]> => redis.lrange(`queue:${name}`, 0, -1);

test("jobs go back to their queues, to be the next ones fetched, and leave their slots", async () => {
  await redis.lpush("queue:a", "waits");
  await redis.hset(IN_FLIGHT, { "00": held("later"), "01": held("next"), "02": "of b", "03": held("stays") });

  expect(await run({ "00": "a", "01": "a", "02": "b" })).toBe(3);

  expect(await queue("a")).toEqual(["waits", "later", "next"]);
  expect(await queue("b")).toEqual(["of b"]);
  expect(await redis.hgetall(IN_FLIGHT)).toEqual({ "#0": "3", "#1": "2", "03": held("stays") });
  expect((await redis.smembers("queues")).toSorted()).toEqual(["a", "b"]);
});

test("a slot that is empty, or has the mark of a job that was moved, gives nothing", async () => {
  await redis.hset(IN_FLIGHT, "00", "-");

  expect(await run({ "00": "a", "01": "a" })).toBe(0);

  expect(await redis.hget(IN_FLIGHT, "00")).toBe("-");
  expect(await redis.exists("queue:a", "queues")).toBe(0);
});

test("a job whose queue's key holds something else stays where it is, and the others go back", async () => {
  await redis.set("queue:a", "text");
  await redis.hset(IN_FLIGHT, { "00": held("stays"), "01": "goes" });

  expect(await run({ "00": "a", "01": "b" })).toBe(1);

  expect(await redis.hget(IN_FLIGHT, "00")).toBe(held("stays"));
  expect(await queue("b")).toEqual(["goes"]);
});

test.each([
  { what: "a call of the first lane", first: 4, second: 2 },
  { what: "a call of the second lane", first: 3, second: 3 },
])("a server that has forgotten $what may have other jobs there, and nothing goes back", async (calls) => {
  await redis.hset(IN_FLIGHT, "00", held("theirs"));

  expect(await run({ "00": "a" }, calls)).toBe(-1);

  expect(await redis.hget(IN_FLIGHT, "00")).toBe(held("theirs"));
});

test("a server that has forgotten both lanes has forgotten the worker", async () => {
  await redis.del(IN_FLIGHT);

  expect(await run({ "00": "a" }, { first: 0, second: 0 })).toBe(-1);
});
