import { runInNewContext } from "node:vm";
import { ConfigError, RedisUnusableError } from "@tsq/core";
import type { RedisOptions } from "@tsq/core";
import {
  checkServer,
  connect,
  describeTarget,
  redisOptions,
  redisFromEnv,
  withoutPassword,
} from "@tsq/core/protocol";
import { describe, expect, test } from "vitest";

describe("a Redis URL", () => {
  test.each([
    ["redis://localhost:6379/0", { host: "localhost", port: 6379, db: 0 }],
    ["redis://", { host: "localhost", port: 6379, db: 0 }],
    ["redis://cache.internal", { host: "cache.internal", port: 6379, db: 0 }],
    ["redis://cache.internal:7000/3", { host: "cache.internal", port: 7000, db: 3 }],
    ["redis://cache.internal/?db=4", { host: "cache.internal", port: 6379, db: 4 }],
    ["redis://[::1]:7000", { host: "::1", port: 7000, db: 0 }],
    ["redis://:secret@h", { host: "h", port: 6379, db: 0, password: "secret" }],
    ["redis://me:p%40ss%2F%25@h", { host: "h", port: 6379, db: 0, username: "me", password: "p@ss/%" }],
    ["redis://s%3Acret@h", { host: "h", port: 6379, db: 0, password: "s:cret" }],
    ["redis://me:@h", { host: "h", port: 6379, db: 0, username: "me" }],
    ["rediss://h", { host: "h", port: 6379, db: 0, tls: {} }],
    ["unix:///run/my%20redis.sock", { path: "/run/my redis.sock", db: 0 }],
    ["unix:///run/redis.sock?db=2", { path: "/run/redis.sock", db: 2 }],
    ["/run/redis.sock", { path: "/run/redis.sock", db: 0 }],
    [" REDISS://h ", { host: "h", port: 6379, db: 0, tls: {} }],
  ])("%s is read part by part", (url, options) => {
    expect(redisOptions(url)).toEqual(options);
  });

  test.each([
    ["localhost:6379", "got `localhost:6379`. Write `redis://localhost:6379`."],
    ["", "to be a redis://, rediss:// or unix:// URL, got ``. Write for example `redis://localhost:6379/0`."],
    ["http://h:6379", "to be a redis://, rediss:// or unix:// URL, got `http://h:6379`"],
    ["redis://h:99999", "to be a Redis URL, got `redis://h:99999`. Check its host and port"],
    ["redis://h/cache", "to be a Redis URL whose path is a database number, got `redis://h/cache`"],
    ["redis://h/?db=cache", "to be a Redis URL whose `db` is a database number, got `redis://h/?db=cache`"],
    ["redis://:100%@h", "percent-encode special characters of the password (`%` is %25,"],
    ["unix:///run/100%.sock", "to be a Redis URL, got `unix:///run/100%.sock`"],
    ["unix://run/redis.sock", "to be a unix:// URL with an absolute path"],
  ])("that is none is refused with what was expected: %j", (url, message) => {
    expect(() => redisOptions(url)).toThrow(ConfigError);
    expect(() => redisOptions(url)).toThrow(message);
  });

  test.each([
    "redis://:swordfish@h/x",
    "http://me:swordfish@h",
    "redis://:sword/fish@h:1",
    "redis://:sword@fish@h:x",
    "redis://swordfish@h/x",
    "http://swordfish@h",
    "swordfish@h:6379",
    "swordfish@h:1/x",
    "unix://sword:fish@/run/redis.sock?db=x",
  ])("never shows its password in a message: %s", (url) => {
    const refusal = (): unknown => redisOptions(url);

    expect(refusal).toThrow(ConfigError);
    expect(refusal).not.toThrow(/\bsword|fish/);
    expect(withoutPassword(url)).not.toMatch(/\bsword|fish/);
  });

  test.each([
    ["redis://h:1/2", "redis://h:1/2"],
    ["redis://h/?db=3", "redis://h/?db=3"],
    ["unix:///run/redis.sock", "unix:///run/redis.sock"],
    ["redis://h/?password=trout&db=1", "redis://h/?password=***&db=1"],
    // Ruby's client takes it for a password.
    ["redis://me@h:1/2", "redis://***@h:1/2"],
    ["redis://me:secret@h:1/2", "redis://***@h:1/2"],
  ])("is shown without whatever stands before the @: %s", (url, shown) => {
    expect(withoutPassword(url)).toBe(shown);
  });
});

describe("options of ioredis", () => {
  test("are taken as they are", () => {
    const options = { host: "h", port: 1, keepAlive: 5 };

    expect(redisOptions(options)).toBe(options);
  });

  test("are copied from a connection, without its functions, so that a thread can have them", () => {
    const redis = connect({ host: "127.0.0.1", port: 1, db: 3, lazyConnect: true }, "client");

    const options = redisOptions(redis);

    redis.disconnect();
    expect(options).toMatchObject({ host: "127.0.0.1", port: 1, db: 3 });
    expect(structuredClone(options)).toEqual(options);
  });
});

/** What a connection of another copy of ioredis looks like from here. */
class LookAlike {
  readonly options: object;
  readonly status = "wait";
  constructor(options: object) {
    this.options = options;
  }
  duplicate(): this {
    return this;
  }
  disconnect(): void {}
}

describe("a Redis target", () => {
  test("may be a connection of another copy of ioredis", () => {
    const connection = new LookAlike({ host: "h", port: 7000, db: 3, retryStrategy: () => null });

    expect(redisOptions(connection as unknown as RedisOptions)).toEqual({ host: "h", port: 7000, db: 3 });
  });

  test("may be options from another realm", () => {
    const options = runInNewContext('({ host: "h" })') as RedisOptions;

    expect(redisOptions(options)).toBe(options);
  });

  const aCluster = "to be one server, got a Redis Cluster";
  const noTarget = "to be a URL, options of ioredis or a connection of ioredis, got ";

  test.each<[string, unknown, string]>([
    ["a cluster", Object.assign(new LookAlike({}), { isCluster: true }), aCluster],
    ["what has nodes", Object.assign(new LookAlike({}), { nodes: () => [] }), aCluster],
    ["a number", 6379, `${noTarget}\`6379\``],
    ["null", null, `${noTarget}\`null\``],
    ["a list", ["redis://h"], `${noTarget}\`Array\``],
    ["a URL object", new URL("redis://:swordfish@h"), `${noTarget}\`URL\``],
    ["a function", LookAlike, noTarget],
  ])("that is %s is refused instead of meaning localhost", (_what, target, message) => {
    const read = (): unknown => redisOptions(target as RedisOptions);

    expect(read).toThrow(ConfigError);
    expect(read).toThrow(message);
    expect(read).not.toThrow(/swordfish/);
  });

  test.each([
    ["options", { keyPrefix: "app:" }],
    ["a connection", new LookAlike({ keyPrefix: "app:" }) as unknown as RedisOptions],
  ])("with a prefix for its keys is refused, since scripts would lose jobs: %s", (_what, target) => {
    const read = (): unknown => redisOptions(target);

    expect(read).toThrow(ConfigError);
    expect(read).toThrow(
      "to have no `keyPrefix`, got `app:`. Namespaces ended with Sidekiq 7; use a numbered database",
    );
  });
});

describe("options of ioredis that would change how a lost connection is dealt with", () => {
  test.each([
    ["commandTimeout", 500, "`socketTimeout` says how many milliseconds Redis may be silent."],
    ["retryStrategy", () => 100, "Each connection is tried again for ever"],
    ["reconnectOnError", () => true, "made anew by themselves"],
  ])("are refused by name: %s", (name, value, instead) => {
    const read = (): unknown => redisOptions({ host: "h", [name]: value });

    expect(read).toThrow(ConfigError);
    expect(read).toThrow(`Expected the options of \`redis\` to have no \`${name}\`, got one.`);
    expect(read).toThrow(instead);
  });

  test("stay with the connection whose options are copied", () => {
    const connection = new LookAlike({ host: "h", commandTimeout: 5, retryStrategy: () => null });

    expect(redisOptions(connection as unknown as RedisOptions)).toEqual({ host: "h" });
  });
});

describe("a target in a message", () => {
  test.each([
    ["redis://:secret@h:7000/3", "redis://h:7000/3"],
    ["unix:///run/redis.sock", "unix:///run/redis.sock"],
    [{ host: "h" }, "redis://h:6379/0"],
    [{}, "redis://localhost:6379/0"],
    [{ sentinels: [{ host: "s", port: 26379 }], name: "main" }, "Sentinel master `main`"],
  ])("is where it is, without a password: %j", (target, shown) => {
    expect(describeTarget(target)).toBe(shown);
  });
});

describe("without an explicit URL, Redis is", () => {
  test.each([
    ["on localhost when nothing is set", {}, "redis://localhost:6379/0", "default"],
    ["on localhost when REDIS_URL is empty", { REDIS_URL: "" }, "redis://localhost:6379/0", "default"],
    ["where REDIS_URL says", { REDIS_URL: "redis://a" }, "redis://a", "REDIS_URL"],
    [
      "where the variable that REDIS_PROVIDER names says",
      { REDIS_PROVIDER: "CLOUD_URL", CLOUD_URL: "redis://b", REDIS_URL: "redis://a" },
      "redis://b",
      "CLOUD_URL (by REDIS_PROVIDER)",
    ],
    [
      "where REDIS_URL says when REDIS_PROVIDER is empty",
      { REDIS_PROVIDER: "", REDIS_URL: "redis://a" },
      "redis://a",
      "REDIS_URL",
    ],
  ])("%s", (_what, env, url, from) => {
    expect(redisFromEnv(env)).toEqual({ url, from });
  });

  test("not guessed when REDIS_PROVIDER holds a URL itself, as in Sidekiq", () => {
    const lookup = () => redisFromEnv({ REDIS_PROVIDER: "redis://:secret@b" });

    expect(lookup).toThrow(ConfigError);
    expect(lookup).toThrow("to be the name of the variable that holds the Redis URL, got a URL.");
  });

  test("not guessed when the variable that REDIS_PROVIDER names is not set", () => {
    const lookup = () => redisFromEnv({ REDIS_PROVIDER: "CLOUD_URL", REDIS_URL: "redis://a" });

    expect(lookup).toThrow(ConfigError);
    expect(lookup).toThrow("Expected `REDIS_PROVIDER` to name a variable that is set, got `CLOUD_URL`.");
  });
});

describe("a server that is not there", () => {
  test("is one clear line: where, why, and what to do", async () => {
    const check = checkServer("redis://:secret@127.0.0.1:1/0");

    await expect(check).rejects.toThrow(RedisUnusableError);
    await expect(check).rejects.toThrow(
      /^Cannot reach Redis at redis:\/\/127\.0\.0\.1:1\/0: connection refused\. Is the server running\? Set REDIS_URL or pass --redis URL\.$/,
    );
  });

  test("is not taken for a wrong password because of its name", async () => {
    await expect(checkServer("redis://noauth.invalid:6379")).rejects.toThrow(
      /^Cannot reach Redis at redis:\/\/noauth\.invalid:6379\/0: /,
    );
  });

  test("is named by its socket when it has one", async () => {
    await expect(checkServer("unix:///nowhere/redis.sock")).rejects.toThrow(
      "Cannot reach Redis at unix:///nowhere/redis.sock",
    );
  });
});
