/** One page of a sorted set, in pieces where it is long. */
import type { ApiConnection } from "../api-connection.ts";
import { piecesOf } from "../page.ts";
import type { Page, PageOptions } from "../page.ts";
import { numberOf, repliesOf, scoredOf } from "../replies.ts";
import type { Scored } from "../replies.ts";

/** @throws ConfigError when `offset` or `limit` is out of range */
export const readSetPage = async (
  api: ApiConnection,
  key: string,
  options: PageOptions,
): Promise<Page<Scored>> => {
  let total = 0;
  const items: Scored[] = [];
  // What comes between two pieces moves others along, from one piece into the next, and what gets another score may come again.
  const seen = new Set<string>();
  for (const [first, last] of piecesOf(options)) {
    const pipeline = api.redis.pipeline().zcard(key);
    if (options.order === "desc") pipeline.zrevrangeBuffer(key, first, last, "WITHSCORES");
    else pipeline.zrangeBuffer(key, first, String(last), "WITHSCORES");
    const [size, reply] = await repliesOf(pipeline);
    total = numberOf(size);
    for (const scored of scoredOf(reply)) {
      const text = scored.bytes.toString("latin1");
      if (!seen.has(text)) items.push(scored);
      seen.add(text);
    }
    if (total <= last) break;
  }
  return { total, items };
};
