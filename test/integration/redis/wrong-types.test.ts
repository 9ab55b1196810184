/** Where a job should go there may be a key of another type: the refusal names it, and the job stays where it was. */
import { bury, digestOf, kill, putback, retry } from "@tsq/core/protocol";
import type { Redis } from "ioredis";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { withdraw } from "../../support/inside-core.ts";
import { startRedis } from "../../support/redis.ts";
import type { TestRedis } from "../../support/redis.ts";

const JOB = '{"class":"HardJob"}';
const inFlight = "tsq:in-flight:host:1:nonce~default~0";
const inSlot = { slot: "00", first: 3, second: 2, digest: digestOf(JOB) };
const burial = { score: "5", oldest: "0", maxJobs: 10 };
const taken = { payload: JOB, moved: "moved", side: 1, ...burial };

let server: TestRedis;
let redis: Redis;

beforeAll(async () => {
  server = await startRedis();
  redis = server.client();
});
beforeEach(async () => {
  await redis.flushdb();
  await redis.hset(inFlight, { "#0": "3", "#1": "2", "00": JOB });
  await redis.zadd("schedule", 7, JOB);
  await redis.lpush("queue:from", JOB);
});
afterAll(() => server.stop());

test.each([
  [
    "retry",
    "zset",
    () => retry(redis, { inFlight, set: "retry" }, { ...inSlot, score: "5", payload: "moved" }),
  ],
  [
    "dead",
    "zset",
    () => bury(redis, { inFlight, dead: "dead", pads: [] }, { ...inSlot, ...burial, payload: "moved" }),
  ],
  [
    "queue:a",
    "list",
    () =>
      putback(
        redis,
        { inFlight, target: "queue:a", queues: "queues" },
        { ...inSlot, side: "back", payload: "moved" },
      ),
  ],
  ["dead", "zset", () => kill(redis, { set: "schedule", dead: "dead" }, { member: JOB, ...burial })],
  ["dead", "zset", () => withdraw(redis, { queue: "queue:from", queues: "queues", target: "dead" }, taken)],
  [
    "queue:a",
    "list",
    () =>
      withdraw(redis, { queue: "queue:from", queues: "queues", target: "queue:a" }, { ...taken, score: "" }),
  ],
] as const)("`%s` is no %s, and is named", async (key, wanted, move) => {
  await redis.set(key, "text");

  await expect(move()).rejects.toThrow(`WRONGTYPE Expected ${key} to be a ${wanted}, it is a string`);

  expect(await redis.hgetall(inFlight)).toEqual({ "#0": "3", "#1": "2", "00": JOB });
  expect(await redis.zrange("schedule", "0", "-1", "WITHSCORES")).toEqual([JOB, "7"]);
  expect(await redis.lrange("queue:from", 0, -1)).toEqual([JOB]);
  expect(await redis.get(key)).toBe("text");
  expect(await redis.exists("queues")).toBe(0);
});

test("a queue that is no list gives up nothing, and is named", async () => {
  await redis.set("queue:odd", "text");

  const move = withdraw(redis, { queue: "queue:odd", queues: "queues", target: "dead" }, taken);

  await expect(move).rejects.toThrow("WRONGTYPE Expected queue:odd to be a list, it is a string");
  expect(await redis.exists("dead")).toBe(0);
});
