/** Opens connections to Redis or Valkey, and says in one line why one cannot be used. */
import { Redis } from "ioredis";
import type { RedisOptions } from "ioredis";
import { ConfigError, RedisUnusableError } from "../errors.ts";

export type { Redis, RedisOptions };

/** Where Redis is: a URL, ioredis options, or a connection whose options are copied. */
export type RedisTarget = string | RedisOptions | Redis;

/** The default of Sidekiq and of every other client. */
export const DEFAULT_REDIS_URL = "redis://localhost:6379/0";

/**
 * Where Redis is when nobody said so: the variable that `REDIS_PROVIDER` names, else `REDIS_URL`, else
 * localhost (Sidekiq's rule). An empty variable counts as unset.
 *
 * @returns the URL, and which variable named it or `default`
 * @throws ConfigError when REDIS_PROVIDER holds a URL or names an unset variable
 */
export const redisFromEnv = (
  env: Readonly<Record<string, string | undefined>>,
): { url: string; from: string } => {
  const provider = env["REDIS_PROVIDER"];
  if (provider) {
    if (provider.includes(":")) {
      throw new ConfigError(
        "Expected `REDIS_PROVIDER` to be the name of the variable that holds the Redis URL, got a URL. " +
          "Put the URL into `REDIS_URL` and unset `REDIS_PROVIDER`.",
      );
    }
    const url = env[provider];
    if (!url) {
      throw new ConfigError(
        `Expected \`REDIS_PROVIDER\` to name a variable that is set, got \`${provider}\`. ` +
          `Set \`${provider}\` to a Redis URL, or use \`REDIS_URL\`.`,
      );
    }
    return { url, from: `${provider} (by REDIS_PROVIDER)` };
  }
  const url = env["REDIS_URL"];
  return url ? { url, from: "REDIS_URL" } : { url: DEFAULT_REDIS_URL, from: "default" };
};

const BACKOFF_FIRST_MS = 50;
const BACKOFF_MAX_MS = 2_000;
const backoff = (attempt: number): number => Math.min(BACKOFF_FIRST_MS * 2 ** (attempt - 1), BACKOFF_MAX_MS);

/** What a connection is for decides what it does when the server goes away. */
const ROLES = {
  // A push must answer within a bounded time: a few reconnects, then the caller gets the error; and the same when a
  // server accepts and then says nothing.
  client: { maxRetriesPerRequest: 3, commandTimeout: 10_000 },
  // The worker's commands are idempotent scripts: they wait for the server, however long that takes.
  worker: { maxRetriesPerRequest: null, autoResendUnfulfilledCommands: true },
  // A blocked pop must never be resent blindly: the first one may have been served (PERF §10.4).
  blocking: { maxRetriesPerRequest: 0, enableOfflineQueue: false, autoResendUnfulfilledCommands: false },
} satisfies Record<string, RedisOptions>;

export type ConnectionRole = keyof typeof ROLES;

/**
 * Opens a connection for one role. It connects by itself and reconnects for ever; give it an owner that ends it.
 *
 * @throws ConfigError when the URL is none
 */
export const connect = (target: RedisTarget, role: ConnectionRole): Redis => {
  const redis = new Redis({
    ...redisOptions(target),
    ...ROLES[role],
    // RESP2 is understood by every server and proxy from 6.2 on, and costs no HELLO.
    protocol: 2,
    retryStrategy: backoff,
    // A demoted master answers READONLY for ever on the old connection (sidekiq#2550).
    reconnectOnError: (error: Error) =>
      role !== "client" && error.message.startsWith("READONLY") ? 2 : false,
    replyMapping: "legacy",
  });
  // ioredis reports every failed attempt as an event and would throw without a listener; callers see
  // rejected commands, and the worker logs an outage once.
  redis.on("error", () => {});
  return redis;
};

/** Plain options, which can also be sent to a worker thread. */
export const redisOptions = (target: RedisTarget): RedisOptions => {
  if (typeof target === "string") return optionsOfUrl(target);
  if (target instanceof Redis) {
    return Object.fromEntries(
      Object.entries(target.options).filter(([, value]) => typeof value !== "function"),
    );
  }
  return target;
};

const optionsOfUrl = (url: string): RedisOptions => {
  let parsed: URL;
  try {
    parsed = new URL(url);
  } catch {
    throw new ConfigError(
      `Expected a Redis URL such as \`${DEFAULT_REDIS_URL}\`, got \`${withoutPassword(url)}\`.`,
    );
  }
  if (parsed.protocol === "unix:") {
    return {
      path: decoded(parsed.pathname, url),
      db: databaseOf(parsed.searchParams.get("db") ?? "0"),
    };
  }
  if (parsed.protocol !== "redis:" && parsed.protocol !== "rediss:") {
    throw new ConfigError(
      `Expected a Redis URL to start with redis://, rediss:// or unix://, got \`${withoutPassword(url)}\`.`,
    );
  }
  const db = databaseOf(parsed.pathname.replace(/^\//, "") || (parsed.searchParams.get("db") ?? "0"));
  return {
    host: parsed.hostname.replace(/^\[(.*)\]$/, "$1") || "localhost",
    port: parsed.port ? Number(parsed.port) : 6379,
    db,
    ...(parsed.username ? { username: decoded(parsed.username, url) } : {}),
    ...(parsed.password ? { password: decoded(parsed.password, url) } : {}),
    ...(parsed.protocol === "rediss:" ? { tls: {} } : {}),
  };
};

const decoded = (part: string, url: string): string => {
  try {
    return decodeURIComponent(part);
  } catch {
    throw new ConfigError(
      `Expected a \`%\` in a Redis URL to be written as \`%25\`, got \`${withoutPassword(url)}\`.`,
    );
  }
};

const databaseOf = (text: string): number => {
  if (/^\d+$/.test(text)) return Number(text);
  throw new ConfigError(
    `Expected a Redis URL to name a database by number, got \`${text}\`. End it with \`/0\`.`,
  );
};

/** A URL as it may be shown and logged, also one that is no URL for what its password holds. */
export const withoutPassword = (url: string): string => url.replace(/(\/\/[^:@/]*):.*@/, "$1:***@");

/** Host and port, path or Sentinel name, for messages. */
export const describeTarget = (target: RedisTarget): string => {
  const options = redisOptions(target);
  if (options.path) return `unix://${options.path}`;
  if (options.sentinels) return `Sentinel master \`${options.name}\``;
  return `redis://${options.host ?? "localhost"}:${options.port ?? 6379}/${options.db ?? 0}`;
};

const OLDEST = [6, 2];
const ANSWER_WITHIN_MS = 5_000;

/**
 * Asks the server once whether it can serve, without retrying.
 *
 * @returns its version
 * @throws RedisUnusableError in one line: unreachable, password refused, still loading, or too old
 */
export const checkServer = async (target: RedisTarget): Promise<string> => {
  const where = describeTarget(target);
  const probe = new Redis({
    ...redisOptions(target),
    protocol: 2,
    lazyConnect: true,
    connectTimeout: ANSWER_WITHIN_MS,
    commandTimeout: ANSWER_WITHIN_MS,
    disableClientInfo: true,
    // The check that ioredis makes by itself waits for a server that is loading, however long that takes.
    enableReadyCheck: false,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
    replyMapping: "legacy",
  });
  let cause: Error | undefined;
  probe.on("error", (error) => (cause = error));
  try {
    await probe.connect();
    // INFO is answered while a server is loading, and PING is not.
    await probe.ping();
    const version = /redis_version:(\S+)/.exec(await probe.info("server"))?.[1] ?? "0";
    const [major = 0, minor = 0] = version.split(".").map(Number);
    if (major < OLDEST[0]! || (major === OLDEST[0] && minor < OLDEST[1]!)) {
      throw new RedisUnusableError(
        `Redis at ${where} is version ${version}; tsq needs Redis 6.2 or newer, or Valkey. Upgrade the server.`,
      );
    }
    return version;
  } catch (error) {
    if (error instanceof RedisUnusableError) throw error;
    throw new RedisUnusableError(explain(where, cause ?? (error as Error)), { cause: error });
  } finally {
    probe.disconnect();
  }
};

const explain = (where: string, error: Error): string => {
  const text = error.message;
  if (/^(?:NOAUTH|WRONGPASS|ERR (?:invalid password|AUTH))/.test(text)) {
    return `Redis at ${where} refuses the password (${text}). Check the user and password in the URL.`;
  }
  if (/LOADING/.test(text)) return `Redis at ${where} is still loading its data. Try again in a moment.`;
  const code = (error as NodeJS.ErrnoException).code;
  if (/RESP type|Protocol error/i.test(text)) {
    return `Cannot reach Redis at ${where}: what answers there is no Redis. Check the port in the URL.`;
  }
  const reason = code === "ECONNREFUSED" ? "connection refused" : text || code || "no answer";
  return `Cannot reach Redis at ${where}: ${reason}. Is the server running? Set REDIS_URL or pass --redis URL.`;
};
