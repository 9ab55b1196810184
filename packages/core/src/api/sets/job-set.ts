/** What the retry set, the scheduled set and the dead set have in common: looking, finding, clearing. */
import type { ApiSource } from "../api-connection.ts";
import { ApiObject } from "../api-object.ts";
import { scopeOf } from "../bulk/bulk-scope.ts";
import type { BulkScope } from "../bulk/bulk-scope.ts";
import { SetBulk } from "../bulk/set-bulk.ts";
import { ConfigError } from "../../errors.ts";
import { shown } from "../../report/inspect.ts";
import { claim } from "../claims.ts";
import type { Page, PageOptions } from "../page.ts";
import { PAGE, numberOf, togetherOf, scoreFrom, scoreText, scoredOf } from "../replies.ts";
import type { Scored } from "../replies.ts";
import { facetsOf } from "../search/facets.ts";
import type { FacetOptions, Facets } from "../search/facets.ts";
import { filterOf } from "../search/filter.ts";
import type { FilterSource } from "../search/filter.ts";
import { search } from "../search/search.ts";
import type { SearchResult, SetSearchOptions } from "../search/search.ts";
import { SetSlices } from "../search/set-slices.ts";
import type { SetSpan } from "../search/set-slices.ts";
import { endsOf } from "./score-range.ts";
import type { ScoreRange } from "./score-range.ts";
import { SetMoves } from "./set-moves.ts";
import { readSetPage } from "./set-page.ts";
import { seekOr } from "./set-seek.ts";
import { walkSet } from "./set-walk.ts";
import { SortedEntry } from "./sorted-entry.ts";

/** How something is done to all of a set. */
export interface AllOptions {
  /** Told after each hundred, and before it rejects, to how many it was done. */
  onProgress?: ((moved: number) => void) | undefined;
}

// A jid may be empty, whatever one thinks of it: what lies there has to be deleted by somebody.
const ID = /^(-?(?:inf|[\d.]+(?:e[+-]?\d+)?))-/i;

/** From JavaScript anything can come. */
const checkOrder = (order: SetSearchOptions["order"]): void => {
  if (order === undefined || order === "asc" || order === "desc") return;
  throw new ConfigError(`Expected \`order\` to be "asc" or "desc", got ${shown(order)}.`);
};

/** A sorted set of jobs (WIRE §11.2). Reading never throws because of what is in it. */
export abstract class JobSet extends ApiObject {
  /** The set's key in Redis. */
  readonly key: string;
  /** Moves entries; not for callers. */
  protected readonly moves: SetMoves;

  constructor(key: string, source: ApiSource) {
    super(source);
    this.key = key;
    this.moves = new SetMoves(this.api, key);
  }

  /** How many jobs it holds. */
  size(): Promise<number> {
    return this.api.redis.zcard(this.key);
  }

  /** All entries, highest score first as in Sidekiq; each once, also while others are added and removed. */
  async *[Symbol.asyncIterator](): AsyncGenerator<SortedEntry> {
    for await (const scored of walkSet(this.api, this.key)) yield this.#entry(scored);
  }

  /**
   * One page of entries; `asc` begins with the lowest score. More than a hundred are read in pieces: where the set changes
   * meanwhile one may be left out, and none comes twice.
   *
   * @throws ConfigError when `offset` or `limit` is out of range
   */
  async page(options: PageOptions = {}): Promise<Page<SortedEntry>> {
    const { total, items } = await readSetPage(this.api, this.key, options);
    return { total, items: items.map((scored) => this.#entry(scored)) };
  }

  /**
   * Entries whose payload text matches, in no order: a part of the text, or with a `*` in it a pattern of
   * Redis for all of the text. One may come twice while the set changes. It takes as long as the set is, also where nothing
   * matches: a `signal` ends it between two pieces.
   *
   * @throws the signal's reason once it is aborted
   */
  async *scan(
    match: string,
    { signal }: { readonly signal?: AbortSignal | undefined } = {},
  ): AsyncGenerator<SortedEntry> {
    for await (const scored of this.#scan(match, PAGE, signal)) yield this.#entry(scored);
  }

  async *#scan(match: string, count: number, signal?: AbortSignal): AsyncGenerator<Scored> {
    const pattern = match.includes("*") ? match : `*${match}*`;
    let cursor = "0";
    do {
      signal?.throwIfAborted();
      const [next, found] = await this.api.redis.zscanBuffer(
        this.key,
        cursor,
        "MATCH",
        pattern,
        "COUNT",
        count,
      );
      yield* scoredOf(found);
      cursor = String(next);
    } while (cursor !== "0");
  }

  /**
   * Looks from the highest score to the lowest, or the other way round, for what a filter means, in pieces of at most a thousand entries. It ends when
   * enough are found, or so many were looked at: `cursor` goes on from there. Each entry comes once, also while others
   * come and go; only when those that the cursor names have gone may others of their score come again.
   *
   * @example
   * const { items, looked, cursor } = await dead.search("class:HardJob error:Net::*", { limit: 100 });
   *
   * @throws FilterError when the filter or the cursor is none. ConfigError when an option is out of range
   */
  async search(
    filter: FilterSource = "",
    { order, ...options }: SetSearchOptions = {},
  ): Promise<SearchResult<SortedEntry>> {
    checkOrder(order);
    const wanted = filterOf(filter);
    const { fromMs, belowMs } = wanted.boundsAt(Date.now());
    const span = { after: options.after, from: fromMs / 1_000, below: belowMs / 1_000, order };
    return search(this.slices(span), wanted, options);
  }

  /**
   * Counts by class, queue, error and tag, among the 10,000 with the highest scores unless `most` says otherwise: with
   * `Infinity` it counts all, piece by piece. With `order: "asc"` it begins with the lowest scores: those that are due first.
   *
   * @example
   * const { class: classes, looked, total } = await dead.facets({ filter: "after:1d" });
   *
   * @throws FilterError when the filter is none. ConfigError when an option is out of range
   */
  async facets({ order, ...options }: FacetOptions & Pick<SetSearchOptions, "order"> = {}): Promise<Facets> {
    checkOrder(order);
    return facetsOf(this.slices({ order }), options);
  }

  /**
   * What can be done to many entries at once: to those of a selection, or to all that a filter means.
   *
   * @throws FilterError when the filter is none. ConfigError when anything else of the scope is not what it should be
   */
  bulk(scope: BulkScope = {}): SetBulk {
    return new SetBulk(this, this.moves, scopeOf(scope));
  }

  /** Reads the set piece by piece; not for callers. */
  slices(span: SetSpan = {}): SetSlices {
    return new SetSlices(this.api, this.key, (scored) => this.#entry(scored), span);
  }

  /** An entry that somebody has read before; not for callers. */
  entry(scored: Scored): SortedEntry {
    return this.#entry(scored);
  }

  /**
   * Looks through the set for a job: as slow as the set is long, and a `signal` ends it between two pieces.
   *
   * @throws the signal's reason once it is aborted
   */
  async findJob(
    jid: string,
    { signal }: { readonly signal?: AbortSignal | undefined } = {},
  ): Promise<SortedEntry | undefined> {
    // What a pattern or JSON might write differently is left to the comparison.
    const parts = jid.split(/[^\w:.-]+/);
    const text = parts.reduce((longest, part) => (part.length > longest.length ? part : longest));
    // Few match and little comes back, but each is compared: a thousand would keep Redis for some milliseconds.
    const scan = () => this.#scan(`*${parts.join("*")}*`, 2 * PAGE, signal);
    const found = text === "" ? scan() : seekOr(this.api, { key: this.key, text, signal }, scan);
    for await (const scored of found) {
      const entry = this.#entry(scored);
      if (entry.jid === jid) return entry;
    }
    return undefined;
  }

  /**
   * The entries with exactly this score, in seconds, or with scores in a range, lowest first; with a jid only
   * those that have it.
   *
   * @example
   * await retries.fetch({ from: new Date(), to: new Date(Date.now() + 60_000) });
   *
   * @throws ConfigError when a score is no number and no Date
   */
  async fetch(scores: number | ScoreRange, jid?: string): Promise<SortedEntry[]> {
    const entries: SortedEntry[] = [];
    for await (const entry of this.#withScores(scores)) {
      if (jid === undefined || entry.jid === jid) entries.push(entry);
    }
    return entries;
  }

  /** The entry that an `id` names; undefined when it has moved on, or when the id is none. */
  async findEntry(id: string): Promise<SortedEntry | undefined> {
    const score = ID.exec(id)?.[1];
    if (score === undefined || Number.isNaN(scoreFrom(score))) return undefined;
    const name = id.slice(score.length);
    // Ruby prints 4102444800 as 4102444800.0: the score counts as a number, not as text.
    for await (const entry of this.#withScores(scoreFrom(score))) {
      if (entry.id === scoreText(entry.score) + name) return entry;
    }
    return undefined;
  }

  /**
   * Deletes all entries.
   *
   * @returns how many that were
   * @throws ClaimUnknownError when the answer was lost, and nobody knows how many that were
   */
  async clear(): Promise<number> {
    // A key of another type refuses it; UNLINK would not.
    await this.api.redis.zcard(this.key);
    const [size] = await claim(
      this.api.redis,
      (redis) => togetherOf(redis, (chain) => chain.zcard(this.key).unlink(this.key)),
      ([found]) => numberOf(found) > 0,
    );
    return numberOf(size);
  }

  /**
   * Moves what the set holds now, lowest score first, a page at a time, and answers how many were moved. It
   * ends even if what is moved comes back at once, as a job may that fails again.
   */
  protected async moveAll(
    move: (entries: readonly SortedEntry[], tell: () => void) => Promise<number>,
    stays: (entry: SortedEntry) => boolean,
    { onProgress }: AllOptions,
  ): Promise<number> {
    let moved = 0;
    let stayed = 0;
    for (let left = await this.size(); left > 0; left -= PAGE) {
      const last = String(stayed + Math.min(PAGE, left) - 1);
      const page = this.#entries(await this.api.redis.zrangeBuffer(this.key, stayed, last, "WITHSCORES"));
      if (page.length === 0) break;
      let known = moved;
      try {
        moved += await move(page, () => known++);
      } catch (error) {
        onProgress?.(known);
        throw error;
      }
      onProgress?.(moved);
      stayed += page.filter(stays).length;
    }
    return moved;
  }

  /** Puts all entries onto their queues; those that are no job stay. */
  protected promoteAll(isRetry: boolean, options: AllOptions): Promise<number> {
    return this.moveAll(
      (entries) => this.moves.promote(entries, isRetry),
      (entry) => entry.error !== undefined,
      options,
    );
  }

  async *#withScores(scores: number | ScoreRange): AsyncGenerator<SortedEntry> {
    const [from, to] = endsOf(scores);
    for (let offset = 0; ; offset += PAGE) {
      const page = this.#entries(
        await this.api.redis.zrangebyscoreBuffer(this.key, from, to, "WITHSCORES", "LIMIT", offset, PAGE),
      );
      yield* page;
      if (page.length < PAGE) return;
    }
  }

  #entries(reply: unknown): SortedEntry[] {
    return scoredOf(reply).map((scored) => this.#entry(scored));
  }

  #entry(scored: Scored): SortedEntry {
    return new SortedEntry(this.moves, scored);
  }
}
