/** A connection whose database the server refuses is of no use, and must not be used for another one. */
import type { Redis } from "ioredis";
import { RedisUnusableError } from "../errors.ts";
import { isNoPermission } from "./no-permission.ts";
import { describeTarget, userOf } from "./redis-target.ts";
import type { RedisTarget } from "./redis-target.ts";

/** Why a SELECT was refused, and what to do. */
export const databaseRefused = (target: RedisTarget, reason: string): RedisUnusableError => {
  const remedy = isNoPermission(reason)
    ? `Allow it in the ACL: \`ACL SETUSER ${userOf(target)} +select\`; or use database 0, which needs none.`
    : "Name one that the server has, 0 to 15 unless its `databases` says otherwise.";
  return new RedisUnusableError(
    `Redis at ${describeTarget(target)} refuses the database (${reason}). ${remedy}`,
  );
};

/**
 * Ends a connection for good when its SELECT is refused: ioredis reports that as an event, goes on, and would
 * put every job into database 0.
 */
export const neverUseAnotherDatabase = (redis: Redis, target: RedisTarget): void => {
  redis.on("error", (error: Error) => {
    if (!isRefusedSelect(error)) return;
    if (!LASTING.test(error.message)) {
      // Busy, or full of clients: it may say something else on the next connection, and this one is in database 0.
      redis.disconnect(true);
      return;
    }
    const refused = databaseRefused(target, error.message);
    // As ioredis does for a monitor.
    redis.sendCommand = (command) => {
      command.reject(refused);
      return command.promise;
    };
    redis.disconnect();
    // What waits for the connection hears the reason, and not only that it is closed.
    redis.recoverFromFatalError(refused, refused, {});
  });
};

/** What the server will not say otherwise of the same database. */
const LASTING = /^(?:NOPERM|ERR (?:DB index|invalid DB index|SELECT is not allowed))/i;

// A SELECT that a broken connection cut short is tried again; one that lacks a password fails with all others.
const isRefusedSelect = (error: Error): boolean => {
  const { command } = error as { command?: { name?: unknown } };
  return error.name === "ReplyError" && command?.name === "select" && !error.message.startsWith("NOAUTH");
};
