/** What an ACL refuses to a command, all that it lacks at once. */
import { RedisUnusableError } from "@tsq/core";
import { allLacking } from "@tsq/core/protocol";
import type { CommandContext } from "./command.ts";
import { NEEDED_RIGHTS } from "./needed-rights.ts";

/** @param name of the command, with that of its group: `retry`, `cron load` */
export const allRefused = async (error: unknown, context: CommandContext, name: string): Promise<unknown> => {
  const needs = NEEDED_RIGHTS[name];
  const refusal = refusalIn(error);
  if (!needs || !refusal || !(error instanceof Error)) return error;
  const told = await allLacking(context.namedRedis().url, refusal, needs);
  // Where it stands within a longer one, too: how far it had come is said around it.
  if (told !== undefined) error.message = error.message.replace(refusal.message, () => told);
  return error;
};

const refusalIn = (error: unknown): RedisUnusableError | undefined => {
  if (!(error instanceof Error)) return undefined;
  return error instanceof RedisUnusableError ? error : refusalIn(error.cause);
};
