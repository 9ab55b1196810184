/** The server chain of one capsule: begins with the worker's, and is as it is once the worker is made (Sidekiq 7). */
import { Chain } from "@tsq/core";
import type { ServerMiddleware } from "@tsq/core";

export type ChainChange = (chain: Chain<ServerMiddleware>) => unknown;

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
