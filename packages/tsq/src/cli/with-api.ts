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
    throw orUnusable(error, url);
  }
};
