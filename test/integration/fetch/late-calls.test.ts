/**
 * A call that arrives after it was sent again, on a connection that is long gone, where nobody may end that: the slot has
 * the next job by then, and keeps it.
 */
import { bury, digestOf, putback, recover, retry } from "@tsq/core/protocol";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { Redis } from "ioredis";
import { startRedis } from "../../support/redis.ts";
import type { TestRedis } from "../../support/redis.ts";

let server: TestRedis;
let redis: Redis;

beforeAll(async () => {
  server = await startRedis();
  redis = new Redis(server.url);
});
beforeEach(async () => {
  await redis.flushdb();
});
afterAll(async () => {
  redis.disconnect();
  await server.stop();
});

const inFlight = "tsq:in-flight:host:1:nonce~default~0";
const known = { first: 3, second: 2 };
const limits = { score: "1", oldest: "0", maxJobs: 10 };
const of = (text: string) => ({ slot: "00", ...known, digest: digestOf(text) });

const WAYS = [
  [
    "retry",
    (text: string) => retry(redis, { inFlight, set: "retry" }, { ...of(text), score: "5", payload: "again" }),
  ],
  [
    "burial",
    (text: string) =>
      bury(redis, { inFlight, dead: "dead", pads: [] }, { ...of(text), ...limits, payload: "again" }),
  ],
  [
    "return to its queue",
    (text: string) =>
      putback(
        redis,
        { inFlight, target: "queue:a", queues: "queues" },
        { ...of(text), side: "back", payload: "again" },
      ),
  ],
] as const;

describe.each(WAYS)("a %s", (_, move) => {
  test.each([
    ["as it was pushed", '{"class":"Next"}'],
    ["behind its queue", '\na\n{"class":"Next"}'],
  ])("of the job of before leaves the next one where it is, %s", async (_how, held) => {
    await redis.hset(inFlight, { "#0": "9", "#1": "9", "00": held });

    expect(await move('{"class":"Before"}')).toBe(0);

    expect(await redis.hget(inFlight, "00")).toBe(held);
    expect(await redis.exists("retry", "dead", "queue:a")).toBe(0);
  });

  test.each([
    ["as it was pushed", '{"class":"Größe"}'],
    ["behind its queue", '\na\n{"class":"Größe"}'],
  ])("of the job that is there is done, %s", async (_how, held) => {
    await redis.hset(inFlight, { "#0": "9", "#1": "9", "00": held });

    expect(await move('{"class":"Größe"}')).toBe(1);

    expect(await redis.hget(inFlight, "00")).toBe("-");
    expect(await redis.exists("retry", "dead", "queue:a")).toBe(1);
  });
});

test("a recovery of before leaves alone what the worker has taken since", async () => {
  await redis.hset(inFlight, { "#0": "9", "#1": "2", "00": "next" });
  const plan = {
    formers: [],
    targets: 1,
    isRescued: false,
    isLast: true,
    slots: ["00"],
    queues: ["a"],
    marks: [0],
    fills: [1],
    landed: [],
    adopts: [],
  };

  const answer = await recover(
    redis,
    {
      owners: "tsq:owners",
      inFlight,
      beat: "host:1:nonce",
      queues: "queues",
      rescued: "tsq:rescued:host:1:nonce~default~0",
      formers: [],
      targets: ["queue:a"],
      pads: [],
      waiting: [],
    },
    { owner: "host:1:nonce~default~0", names: '["a"]', now: "1", ...known, plan, texts: ["before"] },
  );

  expect(answer).toEqual([1]);
  expect(await redis.hgetall(inFlight)).toEqual({ "#0": "9", "#1": "2", "00": "next" });
  expect(await redis.exists("queue:a")).toBe(0);
});
