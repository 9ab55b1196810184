/**
 * A server whose memory is full refuses the first write of a script that could need more. Scripts that move a job free what
 * they take: they begin with a write that is never refused, so that jobs go on moving, and a worker goes on living.
 */
import {
  bury,
  digestOf,
  kill,
  promote,
  putback,
  recover,
  register,
  requeue,
  rescue,
  retry,
  ring,
  watch,
} from "@tsq/core/protocol";
import type { Redis } from "ioredis";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { replace } from "../../support/inside-core.ts";
import { startRedis } from "../../support/redis.ts";
import type { TestRedis } from "../../support/redis.ts";

const OWNER = "host:1:nonce~default~0";
const JOB = '{"class":"HardJob","queue":"a"}';
const inFlight = `tsq:in-flight:${OWNER}`;
const [owners, queues, beat] = ["tsq:owners", "queues", "host:1:nonce"];
const rescued = `tsq:rescued:${OWNER}`;
const known = { first: 3, second: 2 };
const burial = { score: "5", oldest: "0", maxJobs: 10 };
const inSlot = { slot: "00", ...known, digest: digestOf(JOB) };

let server: TestRedis;
let redis: Redis;

beforeAll(async () => {
  server = await startRedis();
  redis = server.client();
});
beforeEach(async () => {
  await redis.flushdb();
  await redis.hset(inFlight, { "#0": "3", "#1": "2", "00": `\na\n${JOB}` });
  await redis.zadd("schedule", 7, JOB);
  // What it is refused for.
  await redis.config("SET", "maxmemory", "1");
});
afterEach(() => redis.config("SET", "maxmemory", "0"));
afterAll(() => server.stop());

const MOVES = [
  [
    "retried",
    () => retry(redis, { inFlight, set: "retry" }, { ...inSlot, score: "5", payload: JOB }),
    "retry",
  ],
  [
    "buried",
    () => bury(redis, { inFlight, dead: "dead", pads: [] }, { ...inSlot, ...burial, payload: JOB }),
    "dead",
  ],
  [
    "put back",
    () => putback(redis, { inFlight, target: "queue:a", queues }, { ...inSlot, side: "back", payload: JOB }),
    "queue:a",
  ],
  [
    "handed back",
    () =>
      requeue(
        redis,
        { inFlight, queues, targets: ["queue:a"] },
        { ...known, plan: { slots: ["00"], targets: [1] } },
      ),
    "queue:a",
  ],
  [
    "rescued",
    () =>
      rescue(
        redis,
        {
          inFlight,
          beat,
          owners,
          queues,
          rescued,
          targets: ["queue:a"],
          pads: ["tsq:pad:x:a"],
          counts: ["tsq:rescues:x"],
        },
        {
          owner: OWNER,
          mark: "1",
          plan: {
            slots: ["00"],
            digests: [digestOf(`\na\n${JOB}`)],
            targets: [1],
            landed: [],
            queues: 1,
            last: true,
            calls: [],
            spared: [],
          },
        },
      ),
    "queue:a",
  ],
  [
    "promoted",
    () =>
      promote(
        redis,
        { set: "schedule", queues, targets: ["queue:a"] },
        { plan: { targets: [1] }, jobs: [JOB, JOB] },
      ),
    "queue:a",
  ],
  ["killed", () => kill(redis, { set: "schedule", dead: "dead" }, { member: JOB, ...burial }), "dead"],
  ["edited", () => replace(redis, { set: "schedule" }, { member: JOB, instead: "edited" }), "schedule"],
] as const;

test.each(MOVES)("a job is %s while the memory is full", async (_, move, place) => {
  expect(await move()).toBe(1);

  expect(await redis.exists(place)).toBe(1);
});

test("a worker registers while the memory is full", async () => {
  await register(
    redis,
    { owners, inFlight, beat },
    { owner: OWNER, queues: '["a"]', now: "1", fields: ["#0", "4"] },
  );

  expect(await redis.hkeys(owners)).toEqual([OWNER]);
  expect(await redis.ttl(beat)).toBeGreaterThan(50);
  expect(await redis.hget(inFlight, "#0")).toBe("4");
});

test("two look after queues while the memory is full, whoever asks, and call each other", async () => {
  const seats = { watchman: "tsq:watch:a", deputy: "tsq:watch:a:deputy" };
  const asks = async (me: string, turn: number): Promise<number> => {
    const question = { me, turn, leaseMs: 60_000, isCalled: 0, staleWatchman: "", staleDeputy: "" } as const;
    return (await watch(redis, seats, question))[0];
  };

  expect([await asks("first", 1), await asks("second", 1), await asks("third", 1)]).toEqual([2, 1, 0]);
  expect([await asks("first", 2), await asks("second", 2)]).toEqual([3, 1]);
  expect(await redis.mget(seats.watchman, seats.deputy)).toEqual(["first 2", "second 2"]);
  expect(await redis.pttl(seats.watchman)).toBeGreaterThan(50_000);
  const call = { me: "second", how: "takeOver", turn: 3, leaseMs: 60_000 } as const;
  expect(await ring(redis, { ...seats, bell: "tsq:watch:a:bell" }, call)).toBe(1);
});

test("a worker is recovered while the memory is full, and gets the slots that are missing", async () => {
  const plan = {
    formers: [],
    targets: 1,
    isRescued: false,
    isLast: true,
    slots: ["01"],
    queues: ["a"],
    marks: [0],
    fills: [1],
    landed: [],
    adopts: [],
  };

  const answer = await recover(
    redis,
    { owners, inFlight, beat, queues, rescued, formers: [], targets: ["queue:a"], pads: [], waiting: [] },
    { owner: OWNER, names: '["a"]', now: "1", ...known, plan, texts: ["mine"] },
  );

  expect(answer).toEqual([1]);
  expect(await redis.hgetall(inFlight)).toEqual({ "#0": "3", "#1": "2", "01": "\na\nmine" });
  expect(await redis.lrange("queue:a", 0, -1)).toEqual([JOB]);
});
