/**
 * What a dashboard acts on, and what it leaves: a Redis with jobs in all places, written as one generation of Ruby writes
 * them, and all of its bytes, with the clock of the moment taken out.
 */
import type { Redis } from "ioredis";
import type { Generation } from "./ruby.ts";

/** 24 hexadecimal digits, as Sidekiq's are. */
export const jid = (letter: string, number: number): string =>
  letter.repeat(22) + `${number}`.padStart(2, "0");

/** Of the retry set and the scheduled set: two entries have one score. */
export const SCORES = [4_102_444_800.5, 4_102_444_801.25, 4_102_444_801.25, 4_102_444_803] as const;

const HOUR = 3_600;
const DAY = 24 * HOUR;
const STARTED = Math.floor(Date.now() / 1_000);
/** Of the dead set: the last one has been there for longer than a trim leaves it. */
export const DEAD_SCORES = [
  STARTED - DAY + 0.5,
  STARTED - 2 * DAY + 0.25,
  STARTED - 2 * DAY + 0.25,
  STARTED - 200 * DAY,
] as const;
/** Of what is in the dead set and is no job. */
export const NO_JOB = { score: STARTED - 3 * DAY, text: "{nonsense" } as const;

const QUEUES = ["default", "low", "critical", "default"] as const;

/** A time of the past, as the generation writes it. */
const time = (generation: Generation, secondsAgo: number): number =>
  generation < 8 ? STARTED - secondsAgo + 0.123 : (STARTED - secondsAgo) * 1_000 + 123;

/** The bytes of a job, in the order of keys in which Ruby's client writes them. */
export function jobText(generation: Generation, letter: string, number: number, more: object = {}): string {
  const job = {
    retry: true,
    queue: QUEUES[number],
    // A namespace, and arguments that many a JSON library writes otherwise than Ruby's.
    class: "Shop::HardJob",
    args: ["__BIG__", "__FLOAT__", `é </b> ${letter}${number}`, { nested: [null, true] }],
    jid: jid(letter, number),
    created_at: time(generation, 5 * HOUR + number),
    ...more,
  };
  return JSON.stringify(job).replace('"__BIG__"', "1180591620717411303424").replace('"__FLOAT__"', "1.0");
}

const failed = (generation: Generation) => ({
  enqueued_at: time(generation, 4 * HOUR),
  error_message: 'no "luck"',
  error_class: "Stripe::CardError",
  failed_at: time(generation, 3 * HOUR),
  retry_count: 2,
  retried_at: time(generation, 2 * HOUR),
});

export const PROCESSES = ["web:1:aaaaaaaaaaaa", "web:2:bbbbbbbbbbbb"] as const;
export const EMBEDDED = "puma:3:cccccccccccc";

const processText = (identity: string, version: string) => {
  const [hostname, pid] = identity.split(":");
  return JSON.stringify({
    hostname,
    pid: Number(pid),
    started_at: STARTED - HOUR + 0.5,
    tag: "shop",
    concurrency: 5,
    queues: ["default", "low"],
    weights: [{ default: 2, low: 1 }],
    labels: [],
    identity,
    version,
    embedded: identity === EMBEDDED,
  });
};

/** Four jobs in each set, five on the default queue, and three processes, of which one runs inside another program. */
export async function fill(redis: Redis, generation: Generation, version: string): Promise<void> {
  await redis.flushdb();
  const work = redis.pipeline();
  for (const [i, score] of SCORES.entries()) {
    work.zadd("retry", score, jobText(generation, "a", i, failed(generation)));
    work.zadd("schedule", score, jobText(generation, "b", i));
  }
  for (const [i, score] of DEAD_SCORES.entries())
    work.zadd("dead", score, jobText(generation, "d", i, failed(generation)));
  for (const i of [0, 1, 2, 3, 4]) work.lpush("queue:default", queuedText(generation, i));
  work.lpush("queue:low", queuedText(generation, 9));
  work.sadd("queues", "default", "low");
  for (const identity of [...PROCESSES, EMBEDDED]) {
    work.sadd("processes", identity);
    work.hset(identity, {
      info: processText(identity, version),
      concurrency: 5,
      busy: 0,
      beat: Date.now() / 1_000,
      quiet: "false",
      rss: 80_000,
      rtt_us: 300,
    });
    work.expire(identity, 600);
  }
  work.mset({ "stat:processed": 1_234, "stat:failed": 56 });
  for (const [error] of (await work.exec()) ?? []) if (error) throw error;
}

/** Has so many in a set in the place of what is there, for one queue; the order of their times is that of their jids and bytes. */
export async function fillMany(
  redis: Redis,
  generation: Generation,
  set: "retry" | "schedule" | "dead",
  count: number,
): Promise<void> {
  const first = set === "dead" ? DEAD_SCORES[0] : SCORES[3];
  const more = set === "schedule" ? {} : failed(generation);
  const entries = Array.from({ length: count }, (_, i) => {
    const own = { ...more, jid: "e".repeat(19) + `${i}`.padStart(5, "0") };
    return [first + 1 + i, jobText(generation, "e", 0, own)];
  });
  await redis
    .multi()
    .del(set)
    .zadd(set, ...entries.flat())
    .exec();
}

/** A job on the default queue: the one with the number 0 is the oldest. */
export const queuedText = (generation: Generation, number: number): string =>
  jobText(generation, "c", number, {
    queue: number === 9 ? "low" : "default",
    enqueued_at: time(generation, 4 * HOUR - number),
  });

/** Its `SET NX` keeps Ruby's readers of processes from cleaning up twice in a minute: nobody else reads it. */
const RUBYS_OWN = /^process_cleanup$/;
const OURS = /^tsq:/;

/** By key, what is there of either language's; an instant of the last minutes is only the way in which it is written. */
export async function stateOf(redis: Redis): Promise<Readonly<Record<string, readonly string[]>>> {
  const state: Record<string, readonly string[]> = {};
  for (const key of (await redis.keys("*")).toSorted()) {
    if (RUBYS_OWN.test(key) || OURS.test(key)) continue;
    state[key] = (await contentOf(redis, key)).map(withoutClock);
  }
  return state;
}

const contentOf = async (redis: Redis, key: string): Promise<string[]> => {
  const type = await redis.type(key);
  switch (type) {
    case "string":
      return [(await redis.get(key)) ?? ""];
    case "list":
      return redis.lrange(key, 0, -1);
    case "set":
      return (await redis.smembers(key)).toSorted();
    case "hash":
      return Object.entries(await redis.hgetall(key)).flat();
    case "zset":
      return pairs(await redis.zrange(key, 0, "-1", "WITHSCORES"));
    default:
      throw new Error(`Expected ${key} to be of a type that Sidekiq knows, got ${type}.`);
  }
};

/** By member: what was moved within one millisecond has no order. */
const pairs = (flat: readonly string[]): string[] =>
  flat.flatMap((member, i) => (i % 2 === 0 ? [`${member} at ${flat[i + 1] ?? ""}`] : [])).toSorted();

const LATELY_MS = 10 * 60_000;
const INSTANT = /(?<![\w.])(\d{10}(?:\.\d+)?|\d{13})(?![\w.])/g;

const withoutClock = (text: string): string =>
  text.replaceAll(INSTANT, (digits) => {
    const isMs = digits.length === 13 && !digits.includes(".");
    const ms = isMs ? Number(digits) : Number(digits) * 1_000;
    if (Math.abs(ms - Date.now()) > LATELY_MS) return digits;
    return isMs ? "<ms>" : "<seconds>";
  });
