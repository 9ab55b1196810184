/** The server chain of one capsule: begins with the worker's, and is as it is once the worker is made (Sidekiq 7). */
import { Chain, ConfigError } from "@tsq/core";
import type { ServerMiddleware } from "@tsq/core";

export type ChainChange = (chain: Chain<ServerMiddleware>) => unknown;

/** @throws ConfigError when what changes it is no function */
export const checkedChange = (capsule: string, change: ChainChange | undefined): ChainChange | undefined => {
  // From JavaScript anything can come, a list as of the worker's own first of all.
  if (change === undefined || typeof change === "function") return change;
  throw new ConfigError(
    `Expected \`middleware\` of capsule \`${capsule}\` to be a function, got \`${typeof change}\`. ` +
      "Write `middleware: (chain) => chain.add(…)`.",
  );
};

/** Made once the worker's own is complete: what extensions add to that is in each capsule's. */
export const capsuleChain = (
  capsule: string,
  common: Chain<ServerMiddleware>,
  change: ChainChange | undefined,
): Chain<ServerMiddleware> => {
  const chain = new Chain<ServerMiddleware>(common);
  change?.(chain);
  return chain.freeze(`capsule \`${capsule}\``);
};
