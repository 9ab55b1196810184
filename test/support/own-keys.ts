/**
 * A key of each kind that tsq writes beside Sidekiq's, as the modules that name them have them: what is new there has to be
 * written here, too.
 */
import type { Redis } from "ioredis";
import { coreKeys as core } from "./inside-core.ts";
import { cronKeys as cron } from "./inside-cron.ts";

const OWN = "tsq:";
const OWNER = "web:1:aaaaaaaaaaaa:0";
const IDENTITY = "web:1:aaaaaaaaaaaa";
const JOB = '{"class":"A","jid":"x"}';

type Write = (redis: Redis, key: string) => Promise<unknown>;

const text: Write = (redis, key) => redis.set(key, JOB);
const list: Write = (redis, key) => redis.lpush(key, JOB);
const hash: Write = (redis, key) => redis.hset(key, { a: JOB, b: "1" });
const sorted: Write = (redis, key) => redis.zadd(key, Date.now(), "a");

/** How each is written, by the name that it is exported under. */
const WRITES: Readonly<Record<string, Write>> = {
  OWNERS: hash,
  inFlightKey: (redis, key) => redis.hset(key, { "00": JOB, "#0": "1" }),
  padKey: list,
  "watchKeys.watchman": text,
  "watchKeys.deputy": text,
  "watchKeys.bell": list,
  watchProbeKey: list,
  rescuedKey: text,
  relievedKey: text,
  classesKey: (redis, key) => redis.set(key, '["Shop::HardJob"]'),
  rescueCountKey: (redis, key) => redis.set(key, 1),
  pushKey: (redis, key) => redis.hset(key, { 0: 1, 1: 2 }),
  CANCELLED: sorted,
  AUDIT: (redis, key) => redis.xadd(key, "*", "user", "mira"),
  BULK: hash,
  ATTEMPTS: sorted,
  attemptsKey: sorted,
  FINISHED: sorted,
  HEARD: sorted,
  waitsKey: (redis, key) => redis.hset(key, "default|3", 1),
  CLAIMS: hash,
  POLICIES: hash,
  POLLED: text,
  RUBY: text,
  polledBy: text,
  SINCE: hash,
  WRITTEN: hash,
  MISSED: sorted,
  RUNS: hash,
  WAITING: hash,
};

/** What makes keys takes names, but for these. */
const TAKES: Readonly<Record<string, readonly unknown[]>> = { waitsKey: [Date.now()] };

/** The keys that an export stands for, each by its name. */
const keysOf = ([name, of]: readonly [string, unknown]): readonly (readonly [
  name: string,
  key: string,
])[] => {
  // Each takes what its name in `TAKES` says, and answers a key or several.
  const made: unknown =
    typeof of === "function"
      ? (of as (...given: unknown[]) => unknown)(...(TAKES[name] ?? [OWNER, IDENTITY]))
      : of;
  if (typeof made === "string") return made.startsWith(OWN) ? [[name, made]] : [];
  return typeof made === "object" && made !== null
    ? Object.entries(made).flatMap(([part, key]) => keysOf([`${name}.${part}`, key]))
    : [];
};

/** All kinds, by the names of their exports. */
const KINDS = [...Object.entries(core), ...Object.entries(cron)]
  // These ask for lists, and name no key.
  .filter(([name]) => name !== "entryPlace" && name !== "entryName" && name !== "instantIn")
  .flatMap(keysOf);

/**
 * Writes one of each.
 *
 * @returns the keys
 */
export const fillOwnKeys = async (redis: Redis): Promise<readonly string[]> => {
  for (const [name, key] of KINDS) {
    const write = WRITES[name];
    if (!write) throw new Error(`How is ${key} written? Say it of \`${name}\` in own-keys.ts.`);
    await write(redis, key);
  }
  return KINDS.map(([, key]) => key);
};
