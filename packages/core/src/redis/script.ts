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
export const runScript = (
  redis: Redis,
  script: Script,
  keys: readonly Bytes[],
  argv: readonly (Bytes | number)[],
): Promise<unknown> =>
  known(
    () => redis.evalsha(script.sha1, keys.length, ...keys, ...argv),
    () => redis.eval(script.lua, keys.length, ...keys, ...argv),
  );

/** The same of a script that answers with a list of payloads, which come byte for byte. */
export const runScriptForBytes = async (
  redis: Redis,
  script: Script,
  keys: readonly Bytes[],
  argv: readonly (Bytes | number)[],
): Promise<readonly Buffer[]> => {
  const answer = await known(
    () => redis.callBuffer("EVALSHA", script.sha1, keys.length, ...keys, ...argv),
    () => redis.callBuffer("EVAL", script.lua, keys.length, ...keys, ...argv),
  );
  return Array.isArray(answer) ? answer.filter((one) => Buffer.isBuffer(one)) : [];
};

const known = async (byDigest: () => Promise<unknown>, byText: () => Promise<unknown>): Promise<unknown> => {
  try {
    return await byDigest();
  } catch (error) {
    if (!(error instanceof Error && error.message.startsWith("NOSCRIPT"))) throw error;
    return byText();
  }
};
