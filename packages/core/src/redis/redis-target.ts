/** Where Redis is: from a URL, from options, from a connection or from the environment. */
import type { Redis, RedisOptions } from "ioredis";
import { ConfigError } from "../errors.ts";
import { REDIS_OPTION_NAMES, refuseUnknownRedisOptions } from "./redis-option-names.ts";
import { DEFAULT_REDIS_URL, readRedisUrl } from "./redis-url.ts";

/**
 * Where Redis is: a URL, ioredis options without `commandTimeout`, `retryStrategy`, `reconnectOnError` and `keyPrefix`,
 * or a connection whose options are copied.
 */
export type RedisTarget = string | RedisOptions | Redis;

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

/**
 * Plain options, which can also be sent to a worker thread.
 *
 * @throws ConfigError when the target is none, or cannot hold Sidekiq's keys
 */
export const redisOptions = (target: RedisTarget): RedisOptions => {
  const options = optionsOf(target);
  if (options.keyPrefix) {
    // Scripts find the queue's name behind `queue:`, which would lose the jobs.
    throw new ConfigError(
      `Expected the options of \`redis\` to have no \`keyPrefix\`, got \`${options.keyPrefix}\`. ` +
        "Namespaces ended with Sidekiq 7; use a numbered database, such as `redis://localhost:6379/1`.",
    );
  }
  return options;
};

const optionsOf = (target: unknown): RedisOptions => {
  if (typeof target === "string") return readRedisUrl(target, "redis").options;
  if (isCluster(target)) {
    throw new ConfigError(
      "Expected `redis` to be one server, got a Redis Cluster. Sidekiq's keys are on one node: " +
        "name a server that is no part of a cluster.",
    );
  }
  if (isConnection(target)) {
    // How patient it is, is its own affair.
    return Object.fromEntries(
      Object.entries(target.options).filter(
        ([name, value]) =>
          typeof value !== "function" && !(name in NOT_TAKEN) && REDIS_OPTION_NAMES.includes(name),
      ),
    );
  }
  if (isPlainObject(target)) {
    refuseNotTaken(target);
    refuseUnknownRedisOptions(target);
    return target;
  }
  throw new ConfigError(
    `Expected \`redis\` to be a URL, options of ioredis or a connection of ioredis, got \`${classOf(target)}\`. ` +
      `Pass a URL such as \`${DEFAULT_REDIS_URL}\`.`,
  );
};

/** What tsq decides by itself, since a job may be lost or a worker stand still otherwise; and what to write instead. */
const NOT_TAKEN: Readonly<Record<string, string>> = {
  commandTimeout:
    "A command that was given up runs all the same; `socketTimeout` says how many milliseconds Redis may be silent.",
  retryStrategy: "Each connection is tried again for ever, after 50 ms to 2 s; a push is rejected meanwhile.",
  reconnectOnError: "Connections to a master that was demoted are made anew by themselves.",
};

const refuseNotTaken = (options: Readonly<Record<string, unknown>>): void => {
  for (const [name, instead] of Object.entries(NOT_TAKEN)) {
    if (options[name] === undefined) continue;
    throw new ConfigError(
      `Expected the options of \`redis\` to have no \`${name}\`, got one. ${instead} Leave it out.`,
    );
  }
};

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null;

const isCluster = (value: unknown): boolean =>
  isObject(value) && (value["isCluster"] === true || typeof value["nodes"] === "function");

/** By its shape: an application may have a copy of ioredis of its own, whose class is another. */
const isConnection = (value: unknown): value is { readonly options: object } =>
  isObject(value) &&
  isObject(value["options"]) &&
  typeof value["duplicate"] === "function" &&
  typeof value["disconnect"] === "function" &&
  typeof value["status"] === "string";

const isPlainObject = (value: unknown): value is Readonly<Record<string, unknown>> => {
  if (!isObject(value) || Array.isArray(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  // Also those of another realm, such as a test runner's.
  return prototype === null || Object.getPrototypeOf(prototype) === null;
};

/** By its class alone: what it holds may be a password. */
const classOf = (value: unknown): string =>
  typeof value === "function"
    ? "a function"
    : isObject(value)
      ? (value.constructor?.name ?? "object")
      : String(value);

/** Whose rights count there: the one that Redis calls `default` when nobody is named. */
export const userOf = (target: RedisTarget): string => redisOptions(target).username || "default";

/** Host and port, path or Sentinel name, for messages. */
export const describeTarget = (target: RedisTarget): string => {
  const options = redisOptions(target);
  if (options.path) return `unix://${options.path}`;
  if (options.sentinels) return `Sentinel master \`${options.name}\``;
  return `${options.tls ? "rediss" : "redis"}://${options.host ?? "localhost"}:${options.port ?? 6379}/${options.db ?? 0}`;
};
