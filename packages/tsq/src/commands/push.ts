/** `tsq push`: enqueues one job, or many from a file. */
import { Client, ConfigError, InvalidJobError } from "@tsq/core";
import { ApiConnection } from "@tsq/core/api";
import { parseArgs } from "@tsq/core/protocol";
import type { CommandContext } from "../cli/command.ts";
import { undone } from "../cli/early-end.ts";
import { problemOf } from "../cli/or-unusable.ts";
import type { Output } from "../cli/output.ts";
import { argumentLists } from "../jobs/argument-lists.ts";
import { takersWarning } from "../jobs/takers.ts";
import { pushLists } from "./push-bulk.ts";
import type { PushFlags } from "./push-command.ts";
import { runAt } from "./run-at.ts";

export const push = async (
  { out, namedRedis, redis }: CommandContext,
  flags: PushFlags,
  name: string,
  args: string,
): Promise<void> => {
  if (flags.bulk !== undefined && args !== "") {
    throw new ConfigError(`Expected arguments or --bulk, got both: \`${args}\`. Leave one out.`);
  }
  // What is wrong with it is said before what is wrong with the job; whether it is there, after it.
  namedRedis();
  const at = runAt(flags, Date.now() / 1_000);
  const shared = {
    class: name,
    ...(flags.queue === undefined ? {} : { queue: flags.queue }),
    ...(flags.retry === undefined ? {} : { retry: retryOf(flags.retry) }),
    ...(at === undefined ? {} : { at }),
  };
  const item = { ...shared, args: argsOf(args === "" ? "[]" : args) };
  const bulk = flags.bulk === undefined ? undefined : await argumentLists(flags.bulk);
  const { url } = await redis();
  const client = new Client({ redis: url });
  try {
    if (bulk) await pushLists(client, out, { shared, ...bulk, isJson: flags.json === true });
    else {
      const jid = await client.push(item).catch((error: unknown) => {
        throw undone(error, (one) => problemOf(one, url));
      });
      if (flags.json) out.json({ jid });
      else out.line(`${jid}`);
    }
  } finally {
    await client.close();
  }
  await warnOf(out, url, name, flags.queue ?? "default");
};

/** Behind the push, which it neither delays nor undoes. */
const warnOf = async (out: Output, url: string, name: string, queue: string): Promise<void> => {
  await using api = new ApiConnection({ redis: url });
  // Who may only push, or has lost Redis since, has pushed all the same: nothing is said of what cannot be known.
  const warning = await takersWarning(api, name, queue).catch(() => undefined);
  if (warning !== undefined) out.warn(`tsq: ${warning}`);
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
