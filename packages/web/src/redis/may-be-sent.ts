/** Whether something can have reached Redis since a moment: without a connection nothing is sent. */
import type { ApiConnection } from "@tsq/core/api";

type Redis = ApiConnection["redis"];

/** How often a connection was made. One for each, for one that was given may serve any number of dashboards. */
const made = new WeakMap<Redis, { count: number }>();

const madeOf = (redis: Redis): { readonly count: number } => {
  const known = made.get(redis);
  if (known) return known;
  const own = { count: 0 };
  redis.on("ready", () => own.count++);
  made.set(redis, own);
  return own;
};

/** @returns whether it can, asked at any time after */
export const mayBeSent = (redis: Redis): (() => boolean) => {
  const times = madeOf(redis);
  const [before, wasReady] = [times.count, redis.status === "ready"];
  return () => wasReady || times.count > before;
};
