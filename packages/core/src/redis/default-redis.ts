/**
 * Where Redis is for whoever names none: a Worker, a Client, the data API. One answer for all of them, or jobs would be
 * pushed to one server and processed on another.
 */
import { redisFromEnv } from "./redis-target.ts";
import type { RedisTarget } from "./redis-target.ts";

export interface RedisSource {
  readonly redis: RedisTarget;
  /** Who named it: `configure()`, a flag, a variable, or `default`. */
  readonly from: string;
}

interface Named {
  /** By `configure()`, which goes before what the command was told. */
  configured: RedisSource | undefined;
  /** By the command that runs the code. */
  told: RedisSource | undefined;
}

// On globalThis, because a TypeScript loader may bring a second copy of this module.
const KEY = Symbol.for("tsq.default-redis.v1");
const named = (): Named => {
  const holder = globalThis as { [KEY]?: Named };
  return (holder[KEY] ??= { configured: undefined, told: undefined });
};

/** @throws ConfigError when nobody named one and REDIS_PROVIDER does not name a variable that is set */
export const defaultRedis = (): RedisSource => {
  const { configured, told } = named();
  return configured ?? told ?? fromEnvironment();
};

const fromEnvironment = (): RedisSource => {
  const { url, from } = redisFromEnv(process.env);
  return { redis: url, from };
};

/**
 * Without a `redis` the configuration says nothing of it.
 *
 * @returns what makes it as it was before
 */
export const configureRedis = (redis: RedisTarget | undefined, from = "configure()"): (() => void) => {
  const own = named();
  const before = own.configured;
  own.configured = redis === undefined ? undefined : { redis, from };
  return () => (own.configured = before);
};

/** What a command was told, by flag or by variable, is the default of the code that it runs. */
export const tellRedis = (source: RedisSource | undefined): void => {
  named().told = source;
};
