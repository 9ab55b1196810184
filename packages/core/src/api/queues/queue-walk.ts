/**
 * Walks a queue from its newest job to its oldest, page by page, while others push and take. Places are
 * counted from the old end, so that pushes do not move them.
 */
import { queueKey } from "../../wire/keys.ts";
import type { ApiConnection } from "../api-connection.ts";
import { PAGE, numberOf, togetherOf } from "../replies.ts";

/** The payloads of a queue's jobs, newest first; what is pushed after the first page is left out. */
export async function* walkQueue(api: ApiConnection, name: string): AsyncGenerator<Buffer> {
  const key = queueKey(name);
  const [size, first] = await togetherOf(api.redis, (chain) =>
    chain.llen(key).lrangeBuffer(key, 0, PAGE - 1),
  );
  let page = (first ?? []) as Buffer[];
  for (let older = numberOf(size) - PAGE; ; older -= PAGE) {
    yield* page;
    if (older <= 0 || page.length === 0) return;
    // The last one seen is read again: where it is now tells how many older ones were taken meanwhile.
    const next = await api.redis.lrangeBuffer(key, -older - 1, Math.min(-older + PAGE - 1, -1));
    page = next.slice(lastSeen(next, page) + 1);
  }
}

/** Where what was not yet seen begins: behind the last one seen, or the last that is left of its page. */
const lastSeen = (next: readonly Buffer[], page: readonly Buffer[]): number => {
  const seen = page.at(-1);
  if (seen && next[0]?.equals(seen)) return 0;
  return next.findLastIndex((payload) => page.some((before) => before.equals(payload)));
};
