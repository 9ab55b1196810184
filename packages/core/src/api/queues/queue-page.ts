/** One page of a queue, in pieces where it is long. */
import type { ApiConnection } from "../api-connection.ts";
import { piecesOf } from "../page.ts";
import type { Page, PageOptions } from "../page.ts";
import { numberOf, repliesOf } from "../replies.ts";
import type { QueueSeat } from "./queued-job.ts";

/** A payload, and where it was seen. */
interface Seated {
  readonly payload: Buffer;
  readonly seat: QueueSeat;
}

/** @throws ConfigError when `offset` or `limit` is out of range */
export const readQueuePage = async (
  api: ApiConnection,
  key: string,
  options: PageOptions,
): Promise<Page<Seated>> => {
  const isNewestFirst = options.order === "desc";
  let total = 0;
  let firstTotal: number | undefined;
  const items: Seated[] = [];
  const seen = new Set<string>();
  for (const [first, last] of piecesOf(options)) {
    const pipeline = api.redis.pipeline().llen(key);
    if (isNewestFirst) pipeline.lrangeBuffer(key, first, last);
    else pipeline.lrangeBuffer(key, -last - 1, -first - 1);
    const [length, payloads] = await repliesOf(pipeline);
    total = numberOf(length);
    const found = (payloads ?? []) as Buffer[];
    if (!isNewestFirst) found.reverse();
    // What comes meanwhile moves others along, from one piece into the next. A job may lie there twice all the same.
    const mayComeAgain = total !== (firstTotal ??= total);
    for (const [i, payload] of found.entries()) {
      const ahead = isNewestFirst ? total - 1 - first - i : first + i;
      if (!mayComeAgain || !seen.has(textOf(payload)))
        items.push({ payload, seat: { ahead, length: total } });
    }
    if (total <= last) break;
    for (const payload of found) seen.add(textOf(payload));
  }
  return { total, items };
};

const textOf = (payload: Buffer): string => payload.toString("latin1");
