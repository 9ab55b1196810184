/** The data API of a command's Redis, for as long as the command needs it. */
import { ApiConnection } from "@tsq/core/api";
import type { CommandContext } from "./command.ts";
import { orUnusable } from "./or-unusable.ts";

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
  for (const text of context.out.takeBehind()) context.out.warn(`tsq: ${text}`);
};

/** An outage that both tell of is told of once. */
const withBehind = (error: unknown, texts: readonly string[]): unknown => {
  if (!(error instanceof Error)) return error;
  for (const text of texts) {
    const [what = "", why = ""] = text.split(/: (.*)/s);
    const isTold = error.message.includes(why) || (OUTAGE.test(why) && OUTAGE.test(error.message));
    error.message += isTold ? ` ${what}.` : ` ${text}`;
  }
  return error;
};

const OUTAGE = /Cannot reach Redis|connection to Redis was lost/;
