/**
 * Whether Redis lets this user do what a worker must, said before the first job is taken and all in one line: a right
 * that is missing shows itself otherwise when a job fails, or when the worker stops.
 */
import { RedisUnusableError } from "../errors.ts";
import { DEAD, OWNERS, PROCESS_CLEANUP, PROCESSES, QUEUES, RETRY } from "../wire/keys.ts";
import type { Redis } from "./connect.ts";
import { describeTarget, userOf } from "./redis-target.ts";
import { lackingAmong, rightOf, unaskedText } from "./lacking-rights.ts";
import { commandIn, isNoPermission } from "./no-permission.ts";
import type { RedisTarget } from "./redis-target.ts";

const IDENTITY = "host:1:0";
const QUEUE = "queue:default";
const IN_FLIGHT = "tsq:in-flight:x";
const PAD = "tsq:pad:x:default";

/** Every command a worker sends, by itself or in a script, as it sends them. */
const NEEDED: readonly (readonly string[])[] = [
  ["ping"],
  ["select", "0"],
  ["info"],
  ["client", "id"],
  ["multi"],
  ["exec"],
  ["evalsha", "0", "1", IN_FLIGHT],
  ["exists", IDENTITY],
  ["type", RETRY],
  ["ttl", IDENTITY],
  ["expire", IDENTITY, "60"],
  ["unlink", `${IDENTITY}:work`],
  ["set", PROCESS_CLEANUP, "1"],
  ["set", "tsq:classes:x", "a"],
  ["incr", "tsq:rescues:x"],
  ["incrby", "stat:processed", "1"],
  ["mget", "tsq:rescues:x"],
  ["hset", IN_FLIGHT, "a", "b"],
  ["hsetnx", IN_FLIGHT, "a", "b"],
  ["hget", IN_FLIGHT, "a"],
  ["hmget", IN_FLIGHT, "a"],
  ["hexists", IDENTITY, "a"],
  ["hgetall", OWNERS],
  ["hdel", OWNERS, "a"],
  ["hincrby", "j|20300101|0:00", "a", "1"],
  ["bitfield", "h|a-1-0:0", "GET", "u16", "0"],
  ["sadd", QUEUES, "a"],
  ["srem", PROCESSES, "a"],
  ["scard", PROCESSES],
  ["smembers", "paused"],
  ["lpush", QUEUE, "a"],
  ["rpush", QUEUE, "a"],
  ["rpop", QUEUE],
  ["lpop", PAD],
  ["lrange", PAD, "0", "0"],
  ["lmove", PAD, QUEUE, "LEFT", "RIGHT"],
  ["blmove", QUEUE, PAD, "RIGHT", "LEFT", "1"],
  ["zadd", RETRY, "1", "a"],
  ["zrem", "schedule", "a"],
  ["zrange", "schedule", "0", "1", "BYSCORE"],
  ["zremrangebyscore", DEAD, "0", "0"],
  ["zremrangebyrank", DEAD, "0", "0"],
];

/** What `fetch: "basic"` needs beside it. */
const NEEDED_BY_BASIC: typeof NEEDED = [["brpop", QUEUE, "1"]];

/** What can be done without, and what is then. */
interface Wish {
  readonly commands: typeof NEEDED;
  readonly without: string;
}

const WISHED: Wish = {
  commands: [["client", "unblock", "1"]],
  without: "a stop takes up to a second longer",
};
const WISHED_BY_WATCHES: Wish = {
  commands: [["brpop", "tsq:watch:x:bell", "1"]],
  without: "a job may wait for two seconds while a worker is idle",
};
const WISHED_BY_TOLD: Wish = {
  commands: [
    ["subscribe", "__redis__:invalidate"],
    ["client", "tracking", "on"],
    ["client", "caching", "yes"],
  ],
  without: "idle workers have a connection for each queue, or look for jobs ten times a second",
};

/** How idle workers learn of jobs on queues at which no move waits: Redis tells them, they look, or there are no such queues. */
export type Watching = "told" | "looking" | "no";

/** What can be done without is missing. */
export interface MissedRights {
  /** Which, what follows from it, and the rule that allows it. */
  readonly message: string;
  /** Among it is what Redis needs to tell of jobs. */
  readonly isUntold: boolean;
}

const wishesOf = (watching: Watching): readonly Wish[] => [
  WISHED,
  ...(watching === "no" ? [] : [WISHED_BY_WATCHES]),
  ...(watching === "told" ? [WISHED_BY_TOLD] : []),
];

/** Only a server from 7.0 on tells of a right without making use of it. */
const LUA = `
if not redis.acl_check_cmd then return {} end
local missing = {}
for i, line in ipairs(ARGV) do
  local words = {}
  for word in string.gmatch(line, '[^ ]+') do words[#words + 1] = word end
  local known, allowed = pcall(redis.acl_check_cmd, unpack(words))
  if known and not allowed then missing[#missing + 1] = i - 1 end
end
return missing`;

/**
 * Asks the server what this user may do, on Redis 7.0 or newer and on Valkey; an older one is taken at its word later.
 *
 * @returns what is missing and can be done without; undefined when nothing is, or the server does not say
 * @throws RedisUnusableError naming all that is missing and the rule that allows it
 */
export const checkRights = async (
  redis: Redis,
  target: RedisTarget,
  fetch: "reliable" | "basic",
  watching: Watching = "no",
): Promise<MissedRights | undefined> => {
  // The embedded server has no users, and the question ends it.
  if (/^os:wasi/m.test(await redis.info("server"))) return undefined;
  const where = describeTarget(target);
  const user = userOf(target);
  const needed = fetch === "basic" ? [...NEEDED, ...NEEDED_BY_BASIC] : NEEDED;
  const wishes = wishesOf(watching);
  const wished = wishes.flatMap(({ commands }) => commands);
  const missing = new Set(
    await missingAmong(redis, [...needed, ...wished]).catch(async (error: Error) => {
      // Without it this cannot be asked; whoever asks may have put the server's words into others by then.
      if ([error, error.cause].some((one) => one instanceof Error && isNoPermission(one.message)))
        throw await refusedWithoutScripts(target, needed);
      throw error;
    }),
  );
  const lacking = needed.filter((_, i) => missing.has(i));
  if (lacking.length > 0) throw refused(where, user, lacking);
  const refusedTo = (command: readonly string[]): boolean =>
    missing.has(needed.length + wished.indexOf(command));
  const unfulfilled = wishes.filter(({ commands }) => commands.some(refusedTo));
  if (unfulfilled.length === 0) return undefined;
  const refusals = wished.filter(refusedTo);
  const means = unfulfilled.map(({ without }) => without).join(", and ");
  return {
    message: `Redis at ${where} refuses ${namesOf(refusals)} to the user \`${user}\`: ${means}. Allow it in the ACL: \`${ruleOf(user, refusals)}\`.`,
    isUntold: unfulfilled.includes(WISHED_BY_TOLD),
  };
};

/** Places in the list. */
const missingAmong = async (redis: Redis, commands: typeof NEEDED): Promise<readonly number[]> => {
  const lines = commands.map((words) => words.join(" "));
  // The script's answer is a list of numbers.
  return (await redis.eval(LUA, 0, ...lines)) as readonly number[];
};

/** All that lacks, as far as one who may send no script can be told. */
const refusedWithoutScripts = async (
  target: RedisTarget,
  needed: typeof NEEDED,
): Promise<RedisUnusableError> => {
  const commands = [EVAL, ...needed.filter(([name]) => name !== "evalsha"), EVALSHA];
  const { lacking, unasked } = await lackingAmong(target, commands).catch(() => ({
    lacking: ["eval", "evalsha"],
    unasked: [],
  }));
  const [named, others] = [lacking, unasked].map((rights) =>
    commands.filter((words) => rights.includes(rightOf(words))),
  );
  return refused(describeTarget(target), userOf(target), named ?? [EVAL], others);
};

const EVAL = ["eval", "return 1", "0"];
const EVALSHA = ["evalsha", "0".repeat(40), "0"];

const namesOf = (commands: typeof NEEDED): string =>
  commands.map((words) => commandIn(rightOf(words))).join(", ");

const ruleOf = (user: string, commands: typeof NEEDED): string =>
  `ACL SETUSER ${user} ~* ${commands.map((words) => `+${rightOf(words)}${channelOf(words)}`).join(" ")}`;

const channelOf = ([command, channel]: readonly string[]): string =>
  command === "subscribe" ? ` &${channel}` : "";

const refused = (
  where: string,
  user: string,
  lacking: typeof NEEDED,
  unasked: typeof NEEDED = [],
): RedisUnusableError =>
  new RedisUnusableError(
    `Redis at ${where} refuses ${namesOf(lacking)} to the user \`${user}\`, or the keys these work on.${unaskedText(unasked.map(rightOf))} Allow it in the ACL: \`${ruleOf(user, [...lacking, ...unasked])}\`.`,
  );
