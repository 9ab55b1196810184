/**
 * Walks a queue from its newest job to its oldest, page by page, while others push and take. Places are
 * counted from the old end, so that pushes do not move them.
 */
import { queueKey } from "../wire/keys.ts";
import type { ApiConnection } from "./api-connection.ts";
import { PAGE, numberOf, repliesOf } from "./replies.ts";

/** The payloads of a queue's jobs, newest first; what is pushed after the first page is left out. */
export async function* walkQueue(api: ApiConnection, name: string): AsyncGenerator<Buffer> {
  const key = queueKey(name);
  const [size, first] = await repliesOf(api.redis.pipeline().llen(key).lrangeBuffer(key, 0, PAGE - 1));
  let page = (first ?? []) as Buffer[];
  // How many are older than the last one seen.
  let older = numberOf(size) - page.length;
  for (;;) {
    yield* page;
    const seen = page.at(-1);
    if (!seen || older <= 0) return;
    // One is read again: where it is now tells how many older ones were taken meanwhile.
    const next = await api.redis.lrangeBuffer(key, -older - 1, -older + PAGE - 1);
    const at = next.findIndex((payload) => payload.equals(seen));
    page = next.slice(at + 1);
    // Without it the page may repeat jobs, but it never leaves one out, and the walk ends all the same.
    older -= next.length - 1;
  }
}
