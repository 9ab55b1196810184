/** A sorted set by ranks, upwards or downwards, as Redis orders it: by score, and by bytes where the scores are equal. */
import type { ApiConnection } from "../api-connection.ts";
import { numberOf, repliesOf, scoredOf, scoreText } from "../replies.ts";
import type { Scored } from "../replies.ts";

/** Behind it a reading goes on; without bytes all of its score are behind it. */
export interface Edge {
  readonly score: number;
  readonly bytes?: Buffer;
}

export class SetOrder {
  readonly #api: ApiConnection;
  readonly #key: string;
  readonly #isAscending: boolean;

  constructor(api: ApiConnection, key: string, isAscending: boolean) {
    this.#api = api;
    this.#key = key;
    this.#isAscending = isAscending;
  }

  comesAfter({ score, bytes }: Scored, edge: Edge): boolean {
    const sign = this.#isAscending ? 1 : -1;
    if (score !== edge.score) return sign * (score - edge.score) > 0;
    return !edge.bytes || sign * Buffer.compare(bytes, edge.bytes) > 0;
  }

  /** The rank of the last entry that is not behind the edge, -1 if all are: found by halves, however many have its score. */
  async rankBefore(edge: Edge): Promise<number> {
    let [low, count] = await this.withScore(edge.score);
    let high = edge.bytes ? low + count : low;
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      const [entry] = await this.read(middle, 1);
      if (entry && !this.comesAfter(entry, edge)) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }

  /** The rank of the first entry with a score, and how many have it. */
  async withScore(score: number): Promise<readonly [first: number, count: number]> {
    const text = scoreText(score);
    const [from, to] = this.#isAscending ? ["-inf", `(${text}`] : [`(${text}`, "+inf"];
    const [before, same] = await repliesOf(
      this.#api.redis.pipeline().zcount(this.#key, from, to).zcount(this.#key, text, text),
    );
    return [numberOf(before), numberOf(same)];
  }

  async read(rank: number, count: number): Promise<readonly Scored[]> {
    const { redis } = this.#api;
    const last = rank + count - 1;
    return scoredOf(
      this.#isAscending
        ? await redis.zrangeBuffer(this.#key, rank, String(last), "WITHSCORES")
        : await redis.zrevrangeBuffer(this.#key, rank, last, "WITHSCORES"),
    );
  }
}
