/** A connection that says of what an ACL refuses which command, to whom, and the rule: whichever command it is, also in a pipeline. */
import type { Command } from "ioredis";
import type { Redis } from "../redis/connect.ts";
import { markOfRedis } from "../redis/of-redis.ts";
import { orNoPermission } from "../redis/why-unusable.ts";

/** One for each connection, for one that was given may serve any number of objects. */
const known = new WeakMap<Redis, Redis>();

/** The same connection in all else: it is used as it is, and for whoever gave it nothing changes. */
export const withSaidRefusals = (redis: Redis): Redis => {
  const before = known.get(redis);
  if (before) return before;
  const sendCommand: Redis["sendCommand"] = (command: Command, ...rest) => {
    const { reject } = command;
    command.reject = (error) => {
      const said = explained(redis, error);
      markOfRedis(said);
      reject(said);
    };
    return redis.sendCommand(command, ...rest);
  };
  // What a connection sends by itself it understands by itself.
  const connect: Redis["connect"] = (callback) => redis.connect(callback);
  const own = new Map<string | symbol, unknown>(Object.entries({ sendCommand, connect }));
  const said = new Proxy(redis, {
    get: (target, name): unknown => own.get(name) ?? Reflect.get(target, name),
  });
  known.set(redis, said);
  return said;
};

// A target with a prefix is refused where one is described, and an open connection may have one.
const explained = (redis: Redis, error: Error): Error =>
  // What comes of an error is one.
  redis.options.keyPrefix ? error : (orNoPermission(redis, error) as Error);
