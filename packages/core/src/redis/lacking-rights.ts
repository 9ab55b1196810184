/** Names all that an ACL refuses of what somebody needs: one right after the other would be a failed attempt for each. */
import { Redis } from "ioredis";
import { commandIn, isNoPermission, refusedName, RULES } from "./no-permission.ts";
import type { Refused } from "./no-permission.ts";
import { describeTarget, redisOptions, userOf } from "./redis-target.ts";
import type { RedisTarget } from "./redis-target.ts";

/** How many arguments each takes at least; no other can be asked about. */
const ARGUMENTS: Readonly<Record<string, number>> = Object.fromEntries(
  [
    ["ping", "time", "info"],
    "select get mget type ttl exists unlink smembers scard llen zcard hgetall incr lpop rpop scan".split(" "),
    "expire sadd srem sismember sscan hget hmget hdel hexists hscan lindex lpos lpush rpush zrem zscore zscan set mset".split(
      " ",
    ),
    "lrange lrem ltrim zadd zcount zrange zrevrange zrangebyscore zremrangebyrank zremrangebyscore xrevrange xtrim hset hsetnx hincrby".split(
      " ",
    ),
    ["xadd"],
  ].flatMap((names, count) => names.map((name) => [name, count] as const)),
);

/** Sent as below, they change nothing, whoever may send them. */
const SCRIPTS = new Set(["eval", "evalsha"]);
const TRANSACTION = new Set(["multi", "exec"]);
/** What changes nothing at all. */
const READS = new Set(
  "ping time info client|id select get mget type ttl exists smembers scard llen zcard hgetall scan sismember sscan hget hmget hexists hscan lindex lpos zscore zscan lrange zcount zrange zrevrange zrangebyscore xrevrange".split(
    " ",
  ),
);

const KEY = "tsq:rights";
const NO_SCRIPT = "0".repeat(40);
const ANSWER_WITHIN_MS = 2_000;

/**
 * What to tell of a command that was refused to a user who lacks others of the same kind.
 *
 * @param refusal what was told of it, by `whyUnusable`
 * @param needs names of commands, in small letters
 * @returns the same and all the others; undefined where it is something else that was refused, or nobody knows
 */
export const allLacking = async (
  target: RedisTarget,
  refusal: Error,
  needs: readonly string[],
): Promise<string | undefined> => {
  const { cause } = refusal;
  // Of keys it says which already.
  if (!(cause instanceof Error) || !isNoPermission(cause.message) || /\bkeys?\b/.test(cause.message))
    return undefined;
  const asked = await lackingAmong(
    target,
    needs.map((name) => [name, ...argumentsOf(name)]),
  ).catch(() => undefined);
  if (asked === undefined) return undefined;
  const met = refusedName(cause.message, (cause as Refused).command);
  // What the list has forgotten was refused all the same.
  const lacking = [...new Set([...asked.lacking, ...(met === undefined ? [] : [met])])];
  const unasked = asked.unasked.filter((name) => name !== met);
  return lacking.length === 0 ? undefined : told(target, needs, lacking, unasked);
};

const told = (
  target: RedisTarget,
  needs: readonly string[],
  lacking: readonly string[],
  unasked: readonly string[],
): string => {
  const [where, user] = [describeTarget(target), userOf(target)];
  const all = [...lacking, ...unasked];
  // Who only reads lacks all that changes something, as far as that could be asked about, and nothing else.
  const changes = needs.filter(
    (name) => !READS.has(name) && !TRANSACTION.has(name) && !unasked.includes(name),
  );
  const isReader =
    lacking.every((name) => TRANSACTION.has(name) || !READS.has(name)) &&
    changes.every((name) => lacking.includes(name)) &&
    (changes.length > 0 || (unasked.length > 0 && lacking.includes("exec")));
  const names = (list: readonly string[]): string => list.map(commandIn).join(", ");
  const more = unaskedText(unasked);
  const what = `Redis at ${where} refuses ${names(lacking)} to the user \`${user}\``;
  const allow = `llow ${all.length === 1 ? "it" : "them"} in the ACL: \`ACL SETUSER ${user} ${all.map((name) => `+${name}`).join(" ")}\``;
  return isReader
    ? `${what}, which may be one that only reads.${more} Use another here: ${RULES}, under "What Redis must allow". Or a${allow}.`
    : `${what}.${more} A${allow}; ${RULES}.`;
};

/** A sentence behind another; empty where all could be asked about. */
export const unaskedText = (unasked: readonly string[]): string =>
  unasked.length > 0
    ? ` It may refuse ${unasked.map(commandIn).join(", ")} as well: without MULTI nobody can ask.`
    : "";

interface Asked {
  readonly lacking: readonly string[];
  /** Nobody can ask about them without doing them. */
  readonly unasked: readonly string[];
}

/** As an ACL names it: `client|id`. */
export const rightOf = ([command = "", sub]: readonly string[]): string =>
  command === "client" ? `client|${sub}` : command;

/**
 * Asks by sending them, in a way that changes nothing; unlike a script it is of use to who may not send those, and before Redis 7.0.
 *
 * @param commands with as many arguments as they take
 * @returns their rights, in their order
 * @throws where it does not answer all of it in time
 */
export const lackingAmong = async (
  target: RedisTarget,
  commands: readonly (readonly string[])[],
): Promise<Asked> => {
  const words = new Map(commands.map((command) => [rightOf(command), command]));
  const needs = [...words.keys()];
  const redis = new Redis({
    ...redisOptions(target),
    protocol: 2,
    replyMapping: "legacy",
    lazyConnect: true,
    connectTimeout: ANSWER_WITHIN_MS,
    disableClientInfo: true,
    enableReadyCheck: false,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
  });
  redis.on("error", () => {});
  // For all of it: somebody waits to hear what has gone wrong.
  const deadline = setTimeout(() => redis.disconnect(), ANSWER_WITHIN_MS);
  try {
    await redis.connect();
    const areRefused = async (names: readonly string[]): Promise<readonly boolean[]> =>
      Promise.all(
        names.map(async (name) => {
          const error: unknown = await redis.call(...sentAs(words.get(name) ?? [name])).then(
            () => undefined,
            (met: unknown) => met,
          );
          if (!(error instanceof Error)) return false;
          if (error.name !== "ReplyError") throw error;
          return isNoPermission(error.message) && !/\bkeys?\b/.test(error.message);
        }),
      );
    // Of a transaction each command is checked when it is sent, and without EXEC none is done.
    const [multi = true, exec = true] = await areRefused(["multi", "exec", "multi"]);
    const isOf = new Map([
      ["multi", multi],
      ["exec", exec],
    ]);
    // Who may not even begin one would do what is asked about.
    const others = needs.filter(
      (name) => !isOf.has(name) && (!multi || READS.has(name) || SCRIPTS.has(name)),
    );
    const refused = await areRefused(others);
    others.forEach((name, i) => isOf.set(name, refused[i] === true));
    return {
      lacking: needs.filter((name) => isOf.get(name)),
      unasked: needs.filter((name) => !isOf.has(name)),
    };
  } finally {
    clearTimeout(deadline);
    redis.disconnect();
  }
};

const sentAs = ([name = "", ...args]: readonly string[]): [string, ...string[]] => [name, ...args];

const argumentsOf = (name: string): readonly string[] => {
  if (name === "eval") return ["return 1", "0"];
  if (name === "evalsha") return [NO_SCRIPT, "0"];
  return [KEY, "0", "0", "0"].slice(0, ARGUMENTS[name] ?? 0);
};
