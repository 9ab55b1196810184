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
  let before: readonly Scored[] = [];
  const items: Scored[] = [];
  for (const [first, last] of piecesOf(options)) {
    const pipeline = api.redis.pipeline().zcard(key);
    if (options.order === "desc") pipeline.zrevrangeBuffer(key, first, last, "WITHSCORES");
    else pipeline.zrangeBuffer(key, first, String(last), "WITHSCORES");
    const [size, reply] = await repliesOf(pipeline);
    total = numberOf(size);
    const found = scoredOf(reply);
    items.push(...found.filter((one) => !before.some((other) => isSame(one, other))));
    if (total <= last) break;
    before = found;
  }
  return { total, items };
};

/** One that a new entry has moved along, from a piece into the next. */
const isSame = (one: Scored, other: Scored): boolean =>
  one.score === other.score && one.bytes.equals(other.bytes);
