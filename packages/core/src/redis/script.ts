/** Runs a Lua script by its digest, and sends the text when the server does not know it. */
import type { Redis } from "ioredis";

/** A value that may travel as KEYS or ARGV: text is sent as UTF-8, a Buffer byte for byte. */
export type Bytes = string | Buffer;

export interface Script {
  readonly name: string;
  readonly sha1: string;
  readonly lua: string;
}

/**
 * EVALSHA first; NOSCRIPT (a restart, SCRIPT FLUSH, a failover) is answered with EVAL, which also loads it.
 * Nothing has run when NOSCRIPT comes, so the second call is the first.
 */
export const runScript = async (
  redis: Redis,
  script: Script,
  keys: readonly Bytes[],
  argv: readonly (Bytes | number)[],
): Promise<unknown> => {
  try {
    return await redis.evalsha(script.sha1, keys.length, ...keys, ...argv);
  } catch (error) {
    if (!(error instanceof Error && error.message.startsWith("NOSCRIPT"))) throw error;
    return redis.eval(script.lua, keys.length, ...keys, ...argv);
  }
};
