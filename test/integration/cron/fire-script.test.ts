/** lua/cron/fire.lua by itself: which instants are pushed, and what is written down of that. */
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { Redis } from "ioredis";
import { fire } from "../../support/inside-cron.ts";
import { startRedis, type TestRedis } from "../../support/redis.ts";

const ENTRY = "cron_job:default:tick";
const FIRED = `${ENTRY}:enqueued`;
const HISTORY = `${ENTRY}:jid_history`;
const [RUNS, WAITING] = ["tsq:cron:runs", "tsq:cron:waiting"] as const;
const CLAIMS = "tsq:cron:claims";
const FIELD = `${ENTRY}\ntick`;

let server: TestRedis;
let redis: Redis;

beforeAll(async () => {
  server = await startRedis();
  redis = server.client({ replyMapping: "legacy" });
});
beforeEach(async () => {
  await redis.flushdb();
  await redis.hset(ENTRY, "name", "tick");
  await redis.hset(CLAIMS, FIELD, "mine");
});
afterAll(() => server.stop());

const wrong = (key: string, wanted: string): string =>
  `WRONGTYPE Expected ${key} to be a ${wanted}, it is a string`;

const PLAN = {
  field: FIELD,
  claim: "mine",
  queue: "a",
  at: "",
  enqueued: "now",
  due: "",
  before: "before",
  note: "newest",
  keep: 3,
  oldest: "(100",
  overlap: "allow",
  alive: 1_000,
  run: "",
};
const run = ({ payload = "job", ...plan }: Partial<typeof PLAN> & { payload?: string } = {}) =>
  fire(
    redis,
    {
      claims: CLAIMS,
      entry: ENTRY,
      history: HISTORY,
      fired: FIRED,
      queues: "queues",
      target: (plan.at ?? "") === "" ? "queue:a" : "schedule",
      runs: RUNS,
      waiting: WAITING,
    },
    { plan: { ...PLAN, ...plan }, payload },
  );
const lastTime = (): Promise<string | null> => redis.hget(ENTRY, "last_enqueue_time");

test("an instant is behind those that wait, and leaves no more of what fired before than it says", async () => {
  await redis.lpush("queue:a", "waits");
  await redis.zadd(FIRED, 99, "long ago", 100, "lately");
  await redis.rpush(HISTORY, "newer", "new", "old", "older");

  expect(await run()).toBe(1);

  expect(await redis.lrange("queue:a", 0, -1)).toEqual(["job", "waits"]);
  expect(await redis.smembers("queues")).toEqual(["a"]);
  expect(await redis.lrange(HISTORY, 0, -1)).toEqual(["newest", "newer", "new"]);
  expect(await redis.zrange(FIRED, "0", "-1")).toEqual(["lately"]);
  expect(await lastTime()).toBe("now");
  expect(await redis.exists(CLAIMS, RUNS)).toBe(0);
});

test("an instant that is to run later is in the schedule, at its time", async () => {
  await redis.zadd("schedule", 7, "another");

  expect(await run({ at: "5.5" })).toBe(1);

  expect(await redis.zrange("schedule", "0", "-1", "WITHSCORES")).toEqual(["job", "5.5", "another", "7"]);
});

test("an instant that a middleware stopped has fired, and pushes nothing", async () => {
  expect(await run({ payload: "" })).toBe(1);

  expect(await redis.exists("queue:a", "queues", HISTORY, CLAIMS)).toBe(0);
  expect(await lastTime()).toBe("now");
});

test("an instant whose run is watched is written down as that", async () => {
  await run({ run: "running jid 2000" });

  expect(await redis.hgetall(RUNS)).toEqual({ [ENTRY]: "running jid 2000" });
  expect(await redis.ttl(RUNS)).toBeGreaterThan(2_000_000);
});

test("an instant before one that is due as well leaves that due, unless somebody has taken it", async () => {
  await run({ due: "later" });
  expect(await lastTime()).toBe("before");

  await redis.zadd(FIRED, 200, "later");
  await redis.hset(CLAIMS, FIELD, "mine");
  await run({ due: "later" });
  expect(await lastTime()).toBe("now");
});

test("an instant by hand says nothing of when it was last due, while another one is", async () => {
  await run({ due: "later", before: "" });

  expect(await lastTime()).toBeNull();
});

test("an instant that is another's by now is not pushed, and stays the other's", async () => {
  await redis.hset(CLAIMS, FIELD, "another's");

  expect(await run()).toBe(0);

  expect(await redis.exists("queue:a")).toBe(0);
  expect(await redis.hget(CLAIMS, FIELD)).toBe("another's");
});

test("an instant of an entry that was deleted is nobody's, and does not bring it back", async () => {
  await redis.del(ENTRY);

  expect(await run()).toBe(0);

  expect(await redis.exists(ENTRY, CLAIMS, "queue:a")).toBe(0);
});

test.each([
  ["queue:a", "list", ""],
  [HISTORY, "list", ""],
  ["schedule", "zset", "5"],
])("an instant is to be tried again when `%s` is no %s, which is named", async (key, wanted, at) => {
  await redis.set(key, "text");

  await expect(run({ at })).rejects.toThrow(wrong(key, wanted));

  expect(await redis.hget(CLAIMS, FIELD)).toBe("mine");
  expect(await lastTime()).toBeNull();
});

test.each([
  { since: 1_001, overlap: "skip", answer: 2 },
  { since: 1_001, overlap: "queue", answer: 3 },
  { since: 1_001, overlap: "allow", answer: 1 },
  { since: 1_000, overlap: "skip", answer: 1 },
])("an instant beside a run since $since with `overlap: $overlap` is answered $answer", async (given) => {
  const { since, overlap, answer } = given;
  await redis.hset(RUNS, ENTRY, `running jid ${since}`);

  expect(await run({ overlap })).toBe(answer);

  expect(await redis.llen("queue:a")).toBe(answer === 1 ? 1 : 0);
  expect(await redis.hget(WAITING, ENTRY)).toBe(answer === 3 ? FIELD : null);
  if (answer === 3) expect(await redis.ttl(WAITING)).toBeGreaterThan(2_000_000);
  expect(await redis.exists(CLAIMS)).toBe(0);
});
