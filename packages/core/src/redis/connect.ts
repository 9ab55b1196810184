/** Opens connections to Redis or Valkey. */
import { Redis } from "ioredis";
import type { RedisOptions } from "ioredis";
import { VERSION } from "../version.ts";
import { fenceOff } from "./fence.ts";
import { silenceLimit, watchSilence } from "./lifeline.ts";
import type { Witness } from "./lifeline.ts";
import { boundWaiting } from "./patience.ts";
import { pushFailure } from "./push-failure.ts";
import { neverUseAnotherDatabase } from "./refused-database.ts";
import { redisOptions } from "./redis-target.ts";
import type { RedisTarget } from "./redis-target.ts";

export { checkServer } from "./check-server.ts";
export { describeTarget, redisFromEnv, redisOptions } from "./redis-target.ts";
export { DEFAULT_REDIS_URL, readRedisUrl, withoutPassword } from "./redis-url.ts";
export type { Redis, RedisOptions, RedisTarget };

const BACKOFF_FIRST_MS = 50;
const BACKOFF_MAX_MS = 2_000;
const backoff = (attempt: number): number => Math.min(BACKOFF_FIRST_MS * 2 ** (attempt - 1), BACKOFF_MAX_MS);

/** What a connection is for decides what it does when the server goes away. */
const ROLES = {
  // An answer within a bounded time: a few reconnects, then the caller gets the error.
  client: { maxRetriesPerRequest: 3 },
  // The same, for who looks and repairs: what a demoted master refuses is refused once, and asked of the new one next time.
  api: { maxRetriesPerRequest: 3 },
  // A push is sent again by its number, by the client itself: ioredis gives it back when its connection is lost.
  push: { maxRetriesPerRequest: 0, autoResendUnfulfilledCommands: false },
  // The worker's commands are idempotent scripts: they wait for the server, however long that takes. It opens with the
  // first of them, or by `open()`: a worker that is made and never started must not keep its process alive.
  // Each goes at once, too: of some the server takes one for the condition of the next.
  worker: {
    maxRetriesPerRequest: null,
    autoResendUnfulfilledCommands: true,
    lazyConnect: true,
    enableAutoPipelining: false,
  },
  // A blocked pop must never be resent blindly: the first one may have been served.
  blocking: {
    maxRetriesPerRequest: 0,
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
  },
  // Hears what Redis says by itself. Its owner subscribes anew on each connection, once it knows its id.
  listening: {
    maxRetriesPerRequest: 0,
    enableOfflineQueue: false,
    autoResubscribe: false,
    autoResendUnfulfilledCommands: false,
    enableAutoPipelining: false,
  },
} satisfies Record<string, RedisOptions>;

export type ConnectionRole = keyof typeof ROLES;

/**
 * A connection for one role. It connects by itself, that of a worker at its first command, and reconnects for ever, also when Redis says nothing for
 * `socketTimeout` ms of ioredis' options, by default 10,000; give it an owner that ends it.
 *
 * @throws ConfigError when the URL is none, or `socketTimeout` no number above 0
 */
export const connect = (target: RedisTarget, role: ConnectionRole, witness?: Witness): Redis => {
  const options = redisOptions(target);
  const silentMs = silenceLimit(options.socketTimeout);
  const redis = new Redis({
    // A sentinel may be silent as well.
    sentinelCommandTimeout: silentMs,
    ...options,
    // It opens by itself, since some send nothing before it is open; and what others send by then waits as long as the role says.
    lazyConnect: false,
    enableOfflineQueue: true,
    ...ROLES[role],
    // The lifeline's: it knows blocked pops, and is not deceived by a blocked event loop.
    socketTimeout: undefined,
    // RESP2 is understood by every server and proxy from 6.2 on, and costs no HELLO.
    protocol: 2,
    retryStrategy: backoff,
    reconnectOnError: role === "api" ? reconnectsNowAndThen() : (error: Error) => reconnects(role, error),
    replyMapping: "legacy",
    stringNumbers: false,
    // CLIENT LIST and INFO name whose connections they are, not what they are made of.
    disableClientInfo: true,
  });
  if (role === "worker" || role === "blocking") fenceOff(redis);
  nameLibrary(redis);
  // ioredis reports every failed attempt as an event and would throw without a listener; callers see
  // rejected commands, and the worker logs an outage once.
  redis.on("error", () => {});
  neverUseAnotherDatabase(redis, target);
  watchSilence(redis, silentMs, witness);
  if (role === "client" || role === "api")
    boundWaiting(redis, silentMs, (cause) => pushFailure(target, cause ?? noAnswer(silentMs)));
  return redis;
};

// Who listens, and tries whether it is told, can keep nothing for a new connection, and makes one by itself.
const STAY: readonly ConnectionRole[] = ["client", "push", "listening"];

/** A demoted master answers READONLY for ever on the old connection (sidekiq#2550): whether to make a new one, and 2 to ask again there. */
const reconnects = (role: ConnectionRole, { message }: Error): false | 2 =>
  !STAY.includes(role) && message.startsWith("READONLY") ? 2 : false;

// Whoever follows a name to its new master gets there within a few.
const RECONNECT_AGAIN_MS = 5_000;

/**
 * Of who looks and repairs: a new connection, and nothing asked again. Not at each refusal, for a server that stays a replica refuses
 * everything, and each new connection breaks off what others have asked for.
 */
const reconnectsNowAndThen = (): ((error: Error) => false | 1) => {
  let lastMs = -Infinity;
  return ({ message }) => {
    // Redis 6.2 writes of a script's refusal first where it was.
    if (!/\bREADONLY /.test(message) || performance.now() - lastMs < RECONNECT_AGAIN_MS) return false;
    lastMs = performance.now();
    return 1;
  };
};

/** Opens a connection that waits for its first command, so that whether it has its server is known before. */
export const open = (redis: Redis): void => {
  // A failed attempt is made again, as for every connection.
  if (redis.status === "wait") redis.connect().catch(() => {});
};

/** Among the first commands of each connection; servers before 7.2 know no library names, and an ACL may refuse. */
const nameLibrary = (redis: Redis): void => {
  redis.on("connect", () => {
    redis.client("SETINFO", "LIB-NAME", "tsq").catch(() => {});
    redis.client("SETINFO", "LIB-VER", VERSION).catch(() => {});
  });
};

/** How long a connection to there may be silent, in milliseconds. */
export const silenceLimitOf = (target: RedisTarget): number =>
  silenceLimit(redisOptions(target).socketTimeout);

const noAnswer = (forMs: number): Error => new Error(`no answer for ${forMs / 1_000} s`);
