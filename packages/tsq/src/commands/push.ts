/** `tsq push`: enqueues one job. */
import { Client, ConfigError, InvalidJobError } from "@tsq/core";
import { checkServer, parseJson } from "@tsq/core/protocol";
import { redisFrom } from "../redis-url.ts";

export interface PushFlags {
  readonly queue?: string;
  readonly in?: string;
  readonly at?: string;
  readonly retry?: string;
  readonly json?: boolean;
  readonly redis?: string;
}

export const push = async (name: string, args: string, flags: PushFlags): Promise<void> => {
  const { url } = redisFrom(flags.redis, process.env);
  const at = runAt(flags);
  const item = {
    class: name,
    args: argsOf(args),
    ...(flags.queue === undefined ? {} : { queue: flags.queue }),
    ...(flags.retry === undefined ? {} : { retry: retryOf(flags.retry) }),
    ...(at === undefined ? {} : { at }),
  };
  await checkServer(url);
  const client = new Client({ redis: url });
  try {
    const jid = await client.push(item);
    process.stdout.write(flags.json ? `${JSON.stringify({ jid })}\n` : `${jid}\n`);
  } finally {
    await client.close();
  }
};

const argsOf = (text: string): readonly unknown[] => {
  let value: unknown;
  try {
    value = parseJson(text);
  } catch (error) {
    throw new InvalidJobError(
      `Expected the arguments to be JSON, got \`${text}\` (${(error as Error).message}). Quote them: '[42, "hello"]'.`,
    );
  }
  if (Array.isArray(value)) return value;
  throw new InvalidJobError(`Expected the arguments to be a JSON array, got \`${text}\`. Write '[${text}]'.`);
};

/** Past times go onto the queue at once, as with performAt(). */
const runAt = (flags: PushFlags): number | undefined => {
  if (flags.in !== undefined && flags.at !== undefined) {
    throw new ConfigError("Expected --in or --at, got both. Leave one out.");
  }
  const nowSeconds = Date.now() / 1_000;
  if (flags.in !== undefined) {
    const seconds = Number(flags.in);
    if (!Number.isFinite(seconds) || flags.in.trim() === "") {
      throw new ConfigError(`Expected --in to be a number of seconds, got \`${flags.in}\`.`);
    }
    return seconds > 0 ? nowSeconds + seconds : undefined;
  }
  if (flags.at === undefined) return undefined;
  const seconds = /^\d+(\.\d+)?$/.test(flags.at) ? Number(flags.at) : Date.parse(flags.at) / 1_000;
  if (!Number.isFinite(seconds)) {
    throw new ConfigError(
      `Expected --at to be an ISO 8601 time or seconds since 1970, got \`${flags.at}\`. Write 2030-01-01T09:00:00Z.`,
    );
  }
  return seconds > nowSeconds ? seconds : undefined;
};

const retryOf = (text: string): boolean | number => {
  if (text === "true" || text === "false") return text === "true";
  if (/^\d+$/.test(text)) return Number(text);
  throw new ConfigError(`Expected --retry to be a number from 0, true or false, got \`${text}\`.`);
};
