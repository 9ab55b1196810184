/**
 * Looks through a set for a text where it lies: what has it comes here, and the rest stays in Redis. From the highest score to
 * the lowest, and no entry that stays is left out while others come and go.
 */
import { RedisUnusableError } from "../../errors.ts";
import type { Redis } from "../../redis/connect.ts";
import { isNoPermission } from "../../redis/no-permission.ts";
import { seek } from "../../redis/scripts.gen.ts";
import type { ApiConnection } from "../api-connection.ts";
import { scoreFrom, scoreText } from "../replies.ts";
import type { Scored } from "../replies.ts";
import { SetOrder } from "../search/set-order.ts";

/** So many, or as many as are so large together, take Redis about a millisecond; of larger ones it is one at a time. */
const MOST = 1_000;
const MOST_BYTES = 524_288;

const NOTHING = Buffer.alloc(0);

/** What is looked for, and where. */
export interface Sought {
  readonly key: string;
  readonly text: string;
  readonly signal?: AbortSignal | undefined;
}

/** Connections whose user may run no scripts: each refusal is a line in the log of the server. */
const refused = new WeakSet<Redis>();

/** @param otherwise what finds the same without a script, for a server that lets nobody run one, or not this user */
export async function* seekOr(
  api: ApiConnection,
  sought: Sought,
  otherwise: () => AsyncIterable<Scored>,
): AsyncGenerator<Scored> {
  if (!refused.has(api.redis)) {
    try {
      yield* seekText(api, sought);
      return;
    } catch (error) {
      const said = error instanceof RedisUnusableError ? error.cause : error;
      if (!(said instanceof Error && said.name === "ReplyError")) throw error;
      // Any other refusal the next command is answered with as well, if it lasts.
      if (isNoPermission(said.message)) refused.add(api.redis);
    }
  }
  yield* otherwise();
}

async function* seekText(api: ApiConnection, { key, text, signal }: Sought): AsyncGenerator<Scored> {
  const order = new SetOrder(api, key, false);
  let rank = 0;
  let last: Scored | undefined;
  for (;;) {
    signal?.throwIfAborted();
    const seen = { last: last?.bytes ?? NOTHING, score: last ? scoreText(last.score) : "" };
    const args = { text, rank, ...seen, most: MOST, bytes: MOST_BYTES };
    const [bytes, score, looked, ...found] = await seek(api.redis, { set: key }, args);
    if (!bytes || !score) {
      ({ rank, last } = await placeBehind(last, order));
      continue;
    }
    yield* pairsOf(found);
    if (score.length === 0) return;
    rank += Number(looked);
    last = { bytes, score: scoreFrom(String(score)) };
  }
}

/** Where those begin that come behind one that was seen, and what is before them; it may have gone, or others before it. */
const placeBehind = async (
  seen: Scored | undefined,
  order: SetOrder,
): Promise<{ readonly rank: number; readonly last: Scored | undefined }> => {
  for (;;) {
    const rank = seen ? (await order.rankBefore(seen)) + 1 : 0;
    if (rank === 0 || !seen) return { rank: 0, last: undefined };
    const [last] = await order.read(rank - 1, 1);
    // Otherwise others have come or gone since it was counted.
    if (last && !order.comesAfter(last, seen)) return { rank, last };
  }
};

const pairsOf = (flat: readonly Buffer[]): readonly Scored[] =>
  flat.flatMap((bytes, i) => (i % 2 === 0 ? [{ bytes, score: scoreFrom(String(flat[i + 1])) }] : []));
