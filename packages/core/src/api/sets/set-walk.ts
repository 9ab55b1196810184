/**
 * Walks a sorted set from its highest score to its lowest, as Sidekiq does, page by page, while others add
 * and remove. Each entry comes once, also when those before it have gone.
 */
import type { ApiConnection } from "../api-connection.ts";
import { PAGE, scoreText, scoredOf } from "../replies.ts";
import type { Scored } from "../replies.ts";

export async function* walkSet(api: ApiConnection, key: string): AsyncGenerator<Scored> {
  let rank = 0;
  let last: Scored | undefined;
  for (;;) {
    let page = await readPage(api, key, rank);
    // The page should begin with the last one seen. If it begins behind it, some before it have gone, and
    // others have slipped past: begin again with those of the same score.
    if (last && (!page[0] || comesAfter(page[0], last))) {
      rank = await api.redis.zcount(key, `(${scoreText(last.score)}`, "inf");
      page = await readPage(api, key, rank);
    }
    for (const entry of page) {
      if (last && !comesAfter(entry, last)) continue;
      yield entry;
      last = entry;
    }
    if (page.length < PAGE) return;
    rank += PAGE - 1;
  }
}

const readPage = async (api: ApiConnection, key: string, rank: number): Promise<Scored[]> =>
  scoredOf(await api.redis.zrevrangeBuffer(key, rank, rank + PAGE - 1, "WITHSCORES"));

/** Redis's own order, downwards: by score, and by bytes where the scores are equal. */
const comesAfter = (one: Scored, other: Scored): boolean =>
  one.score < other.score || (one.score === other.score && Buffer.compare(one.bytes, other.bytes) < 0);
