/** The data API of a command's Redis, for as long as the command needs it. */
import { ApiConnection } from "@tsq/core/api";
import type { CommandContext } from "./command.ts";
import { orUnusable } from "./or-unusable.ts";
import type { Behind } from "./output.ts";

/** @throws RedisUnusableError in one line when Redis cannot serve, or stops serving */
export const withApi = async (
  context: CommandContext,
  use: (api: ApiConnection, url: string) => Promise<void>,
): Promise<void> => {
  const { url } = await context.redis();
  await using api = new ApiConnection({ redis: url });
  try {
    await use(api, url);
  } catch (error) {
    throw withBehind(orUnusable(error, url), context.out.takeBehind());
  }
  for (const { what, why } of context.out.takeBehind()) context.out.warn(`tsq: ${what}: ${why}`);
};

/** An outage that both tell of is told of once. */
const withBehind = (error: unknown, all: readonly Behind[]): unknown => {
  if (!(error instanceof Error)) return error;
  for (const { what, why } of all) {
    const isTold = error.message.includes(why) || (OUTAGE.test(why) && OUTAGE.test(error.message));
    error.message += isTold ? ` ${what}.` : ` ${what}: ${why}`;
  }
  return error;
};

const OUTAGE = /Cannot reach Redis|connection to Redis was lost/;
