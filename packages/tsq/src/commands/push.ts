/** `tsq push`: enqueues one job. */
import { Client, ConfigError, InvalidJobError } from "@tsq/core";
import { checkServer, parseArgs } from "@tsq/core/protocol";
import { redisFrom } from "../config/redis-url.ts";
import { runAt } from "./run-at.ts";

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
  const at = runAt(flags, Date.now() / 1_000);
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
    value = parseArgs(text);
  } catch (error) {
    throw new InvalidJobError(
      `Expected the arguments to be JSON, got \`${text}\` (${(error as Error).message}). Quote them: '[42, "hello"]'.`,
    );
  }
  if (Array.isArray(value)) return value;
  throw new InvalidJobError(`Expected the arguments to be a JSON array, got \`${text}\`. Write '[${text}]'.`);
};

const retryOf = (text: string): boolean | number => {
  if (text === "true" || text === "false") return text === "true";
  if (/^\d+$/.test(text)) return Number(text);
  throw new ConfigError(
    `Expected --retry to be a number from 0, true or false, got \`${text}\`. Write --retry 5, or true for the usual 25.`,
  );
};
