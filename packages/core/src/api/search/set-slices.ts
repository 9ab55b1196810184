/**
 * A sorted set from its highest score to its lowest or the other way round, in pieces. Each entry comes once, also while others come and go: a place
 * is a score and the bytes of an entry, as Redis orders them, and its rank only a hint where to look.
 */
import { createHash } from "node:crypto";
import type { ApiConnection } from "../api-connection.ts";
import { scoreFrom, scoreText } from "../replies.ts";
import type { Scored } from "../replies.ts";
import type { SortedEntry } from "../sets/sorted-entry.ts";
import { SetOrder } from "./set-order.ts";
import type { Edge } from "./set-order.ts";
import { LARGEST_SLICE, refusedCursor, SliceSize } from "./slices.ts";
import type { Slices } from "./slices.ts";

/** Which part of a set. */
export interface SetSpan {
  /** Where an earlier reading has stopped. */
  readonly after?: string | undefined;
  /** Only scores below it, in seconds. */
  readonly below?: number;
  /** Only scores up to it. */
  readonly upTo?: number;
  /** Only scores from it on. */
  readonly from?: number;
  /** Which end it begins at: `asc` with the lowest score. @default "desc" */
  readonly order?: "asc" | "desc" | undefined;
}

interface Anchor {
  readonly entry: Scored;
  readonly rank: number;
}

const NOTHING = Buffer.alloc(0);
/**
 * Score, how many entries of the same score come up to it, and digests: of its bytes, and of some before it of the same
 * score, in case it is gone by then. Not the bytes: a cursor stands in URLs, and arguments may be secret.
 */
const CURSOR = /^(-?(?:inf|[\d.]+(?:e[+-]?\d+)?))~(\d{1,15})~([\da-f]{12}(?:\.[\da-f]{12}){0,7})$/;
/** How far before the entry the others are: most likely it is deleted together with its neighbours. */
const ANCHORS = [0, 1, 3, 7, 15, 31, 63, 127];

export class SetSlices implements Slices<SortedEntry> {
  total = 0;
  isAtEnd = false;
  readonly #api: ApiConnection;
  readonly #key: string;
  readonly #make: (scored: Scored) => SortedEntry;
  readonly #span: SetSpan;
  readonly #isAscending: boolean;
  readonly #order: SetOrder;
  readonly #size = new SliceSize();
  #hasBegun = false;
  #edge: Edge | undefined;
  /** Where the entry of the edge was. */
  #rank = 0;
  #slice: readonly SortedEntry[] = [];
  #sliceRank = 0;
  /** The last of those before the slice. */
  #before: readonly SortedEntry[] = [];

  /** @throws FilterError when `after` is no cursor */
  constructor(api: ApiConnection, key: string, make: (scored: Scored) => SortedEntry, span: SetSpan = {}) {
    this.#api = api;
    this.#key = key;
    this.#make = make;
    this.#span = span;
    this.#isAscending = span.order === "asc";
    this.#order = new SetOrder(api, key, this.#isAscending);
    if (span.after !== undefined && !CURSOR.test(span.after)) throw refusedCursor(span.after);
  }

  async next(): Promise<readonly SortedEntry[] | undefined> {
    if (!this.#hasBegun) await this.#begin();
    if (this.isAtEnd) return undefined;
    const { page, count } = await this.#page();
    const fresh = page.filter((entry) => this.#isBehind(entry));
    this.#sliceRank = this.#rank + page.length - fresh.length;
    const last = page.at(-1);
    if (last) {
      this.#rank += page.length - 1;
      if (this.#isBehind(last)) this.#edge = last;
    }
    this.#size.saw(page.map(({ bytes }) => bytes));
    const wanted = fresh.filter(({ score }) => this.#isWithin(score));
    this.isAtEnd = page.length < count || wanted.length < fresh.length;
    this.#before = [...this.#before, ...this.#slice].slice(-(ANCHORS.at(-1) ?? 0));
    this.#slice = wanted.map(this.#make);
    return this.#slice;
  }

  atMs({ score }: SortedEntry): number {
    return score * 1_000;
  }

  async cursorBehind(place: number): Promise<string> {
    const entry = this.#slice[place];
    if (!entry) throw new RangeError(`Expected a place in the last slice, got ${place}`);
    const [before] = await this.#order.withScore(entry.score);
    // Others may have moved it since: then it is looked for among those of its score.
    const skipped = Math.max(1, this.#sliceRank + place - before + 1);
    const seen = [...this.#before, ...this.#slice.slice(0, place + 1)];
    const digests = ANCHORS.flatMap((back) => {
      const anchor = seen.at(-1 - back);
      return anchor?.score === entry.score ? digestOf(anchor.bytes) : [];
    });
    return `${scoreText(entry.score)}~${skipped}~${digests.join(".")}`;
  }

  /** From the entry of the edge on, which is there again unless it has gone. */
  async #page(): Promise<{ readonly page: readonly Scored[]; readonly count: number }> {
    for (;;) {
      const { count } = this.#size;
      const page = await this.#order.read(this.#rank, count);
      // It should begin with what was seen. If not, some before it have gone, and others have slipped past.
      const [first] = page;
      if (this.#rank === 0 || !this.#edge || (first && !this.#isBehind(first))) return { page, count };
      this.#rank = Math.max(0, await this.#order.rankBefore(this.#edge));
    }
  }

  async #begin(): Promise<void> {
    this.#hasBegun = true;
    this.total = await this.#api.redis.zcard(this.#key);
    const { after, below = Infinity, upTo = Infinity, from = -Infinity } = this.#span;
    if (after !== undefined) return this.#beginBehind(after);
    if (this.#isAscending) {
      if (from > -Infinity) this.#edge = { score: from };
    } else if (below <= upTo && below < Infinity) this.#edge = { score: below, bytes: NOTHING };
    else if (upTo < Infinity) this.#edge = { score: upTo };
    if (this.#edge) this.#rank = Math.max(0, await this.#order.rankBefore(this.#edge));
  }

  async #beginBehind(cursor: string): Promise<void> {
    const [, scoreWritten = "", skipped, digests = ""] = CURSOR.exec(cursor) ?? [];
    const score = scoreFrom(scoreWritten);
    const anchors = digests.split(".");
    const [first, count] = await this.#order.withScore(score);
    const place = first + Number(skipped) - 1;
    const [there] = await this.#order.read(place, 1);
    const found =
      there?.score === score && digestOf(there.bytes) === anchors[0]
        ? { entry: there, rank: place }
        : await this.#find(anchors, first, first + count);
    // When all of them have gone, all of the score come again: better twice than never.
    this.#edge = found ? found.entry : { score };
    this.#rank = found ? found.rank : Math.max(0, first - 1);
  }

  /** The entry of the first anchor that is still there. */
  async #find(anchors: readonly string[], from: number, to: number): Promise<Anchor | undefined> {
    let best: Anchor | undefined;
    let bestAnchor = anchors.length;
    for (let rank = from; rank < to && bestAnchor > 0; rank += LARGEST_SLICE) {
      const page = await this.#order.read(rank, Math.min(LARGEST_SLICE, to - rank));
      for (const [i, entry] of page.entries()) {
        const anchor = anchors.indexOf(digestOf(entry.bytes));
        if (anchor < 0 || anchor >= bestAnchor) continue;
        bestAnchor = anchor;
        best = { entry, rank: rank + i };
      }
    }
    return best;
  }

  #isBehind(entry: Scored): boolean {
    return !this.#edge || this.#order.comesAfter(entry, this.#edge);
  }

  /** Whether the end of the span has not been reached. */
  #isWithin(score: number): boolean {
    const { from = -Infinity, below = Infinity, upTo = Infinity } = this.#span;
    return this.#isAscending ? score <= upTo && (score < below || below === Infinity) : score >= from;
  }
}

const digestOf = (bytes: Buffer): string => createHash("sha1").update(bytes).digest("hex").slice(0, 12);
