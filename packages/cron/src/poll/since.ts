/**
 * Since when an entry has its expression, as `tsq:cron:since` has it. Whoever changes one, Ruby too, changes no more than
 * the entry: without this, instants that only the new expression has would be missed before it was there.
 */
import type { Redis } from "@tsq/core/protocol";
import { SINCE } from "../redis/keys.ts";
import type { Snapshot } from "./snapshot.ts";

/** As long as the time of the last look. */
const KEPT_SECONDS = 30 * 86_400;

/** In milliseconds; undefined of another expression, or of none. */
export const readSince = (text: string | undefined, cron: string): number | undefined => {
  const space = text?.indexOf(" ") ?? -1;
  return space > 0 && text?.slice(space + 1) === cron ? Number(text.slice(0, space)) : undefined;
};

/** Writes down the expressions that were others when an entry was last looked at. */
export const noteExpressions = async (
  redis: Redis,
  { glances, since }: Snapshot,
  nowMs: number,
): Promise<void> => {
  const changed = glances.flatMap(({ at, cron }) =>
    cron === null || readSince(since[at.key], cron) !== undefined ? [] : [at.key, `${nowMs} ${cron}`],
  );
  if (changed.length > 0)
    await redis
      .multi()
      .hset(SINCE, ...changed)
      .expire(SINCE, KEPT_SECONDS)
      .exec();
};
