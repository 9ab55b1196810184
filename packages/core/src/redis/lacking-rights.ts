/** Names all that an ACL refuses of what somebody needs: one right after the other would be a failed attempt for each. */
import { Redis } from "ioredis";
import { commandIn, isNoPermission, RULES } from "./no-permission.ts";
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

/** What changes nothing, sent as below. */
const READS = new Set(
  "ping time info select get mget type ttl exists smembers scard llen zcard hgetall scan sismember sscan hget hmget hexists hscan lindex lpos zscore zscan lrange zcount zrange zrevrange zrangebyscore xrevrange eval evalsha".split(
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
  const lacking = await lackingAmong(target, needs).catch(() => []);
  if (lacking.length === 0) return undefined;
  const [where, user] = [describeTarget(target), userOf(target)];
  const reads = lacking.some((name) => READS.has(name) && !name.startsWith("eval"));
  const one = reads
    ? "."
    : `, which may be one that only reads. Use another here: ${RULES}, under "What Redis must allow".`;
  const rule = `\`ACL SETUSER ${user} ${lacking.map((name) => `+${name}`).join(" ")}\``;
  return `Redis at ${where} refuses ${lacking.map(commandIn).join(", ")} to the user \`${user}\`${one} Or allow it in the ACL: ${rule}${reads ? `; ${RULES}` : ""}.`;
};

/** In their order. */
const lackingAmong = async (target: RedisTarget, needs: readonly string[]): Promise<readonly string[]> => {
  const redis = new Redis({
    ...redisOptions(target),
    protocol: 2,
    replyMapping: "legacy",
    lazyConnect: true,
    connectTimeout: ANSWER_WITHIN_MS,
    commandTimeout: ANSWER_WITHIN_MS,
    disableClientInfo: true,
    enableReadyCheck: false,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
  });
  redis.on("error", () => {});
  try {
    await redis.connect();
    const isRefused = async (name: string): Promise<boolean> => {
      const error: unknown = await redis.call(name, ...argumentsOf(name)).then(
        () => undefined,
        (met: unknown) => met,
      );
      return error instanceof Error && isNoPermission(error.message) && !/\bkeys?\b/.test(error.message);
    };
    // Of a transaction each command is checked when it is sent, and without EXEC none is done.
    const [multi, exec] = [await isRefused("multi"), await isRefused("exec")];
    const isSafe = !multi && !(await isRefused("multi"));
    const refused = new Set([...(multi ? ["multi"] : []), ...(exec ? ["exec"] : [])]);
    for (const name of needs) {
      if (name === "multi" || name === "exec") continue;
      // Who may not even begin one changes nothing otherwise either.
      if (isSafe || READS.has(name) ? await isRefused(name) : true) refused.add(name);
    }
    return needs.filter((name) => refused.has(name));
  } finally {
    redis.disconnect();
  }
};

const argumentsOf = (name: string): readonly string[] => {
  if (name === "eval") return ["return 1", "0"];
  if (name === "evalsha") return [NO_SCRIPT, "0"];
  return [KEY, "0", "0", "0"].slice(0, ARGUMENTS[name] ?? 0);
};
