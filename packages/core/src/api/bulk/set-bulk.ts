/** Repairing many jobs of a set at once: a selection, or all that a filter means. */
import { InvalidJobError } from "../../errors.ts";
import { secondsOf } from "../../client/normalize.ts";
import { queueName } from "../../moves/job-edit.ts";
import { shown } from "../../report/inspect.ts";
import { DEAD, RETRY } from "../../wire/keys.ts";
import { payloadDigest } from "../payload-digest.ts";
import { checkLook, look } from "../search/look.ts";
import type { LookOptions } from "../search/look.ts";
import type { SetSlices, SetSpan } from "../search/set-slices.ts";
import type { KillOptions } from "../sets/killing.ts";
import type { SetMoves } from "../sets/set-moves.ts";
import type { SortedEntry } from "../sets/sorted-entry.ts";
import { checkBulk, runBulk } from "./bulk-run.ts";
import type { Act, Batch, BulkOptions, BulkReport } from "./bulk-run.ts";
import { PreviewTally } from "./bulk-scope.ts";
import type { BulkPreview, CheckedScope } from "./bulk-scope.ts";

/** What is needed of a set. */
export interface BulkSet {
  readonly key: string;
  size(): Promise<number>;
  slices(span?: SetSpan): SetSlices;
  findEntry(id: string): Promise<SortedEntry | undefined>;
  page(options: { limit: number; order: "desc" }): Promise<{ readonly items: readonly SortedEntry[] }>;
}

/** What is fixed before the work begins. */
interface Fixed {
  readonly asOf: Date;
  readonly upTo: number;
  /** What seems to have come later, and was there. */
  readonly ahead: ReadonlySet<string>;
}

// Clocks that are ahead by hours are few, and a form carries the digests.
const MOST_AHEAD = 1_000;

/** How a set is gone through for what is done to its entries. */
interface Way {
  /** Whether it takes an entry out of its set for good: then nobody has to remember a million of them. @default false */
  readonly isGone?: boolean;
  /** From the lowest score on, as Sidekiq retries and kills all: the first that was due is the first on its queue. @default "desc" */
  readonly order?: "asc" | "desc";
}

const digestOf = ({ bytes }: SortedEntry): string => payloadDigest(bytes);

/** Waits for all of them, also when one fails: what is on its way is done all the same. */
const countDone = async (
  entries: readonly SortedEntry[],
  act: (entry: SortedEntry) => Promise<boolean>,
  tell: () => void,
): Promise<number> => {
  const outcomes = await Promise.allSettled(entries.map(act));
  const done = outcomes.filter((outcome) => outcome.status === "fulfilled" && outcome.value);
  done.forEach(tell);
  const failed = outcomes.find((outcome) => outcome.status === "rejected");
  if (failed) throw failed.reason;
  return done.length;
};

/**
 * What can be done to many entries of a set. Each is moved by itself, and once: several callers may work at the same time.
 * What came into the set after the preview, or else after the work began, is left out, and so is what the work has already been done to.
 *
 * @example
 * const { asOf, upTo, ahead, count } = await dead.bulk({ filter: "class:HardJob" }).preview();
 * const { done, gone } = await dead.bulk({ filter: "class:HardJob", asOf, upTo, ahead }).retry({ perSecond: 50 });
 */
export class SetBulk {
  readonly #set: BulkSet;
  readonly #moves: SetMoves;
  readonly #scope: CheckedScope;

  constructor(set: BulkSet, moves: SetMoves, scope: CheckedScope) {
    this.#set = set;
    this.#moves = moves;
    this.#scope = scope;
  }

  /**
   * Counts what the work would be done to, by class and queue, and fixes what comes later.
   *
   * @param options how far to look; all unless `most` says otherwise
   * @throws ConfigError when an option is out of range
   */
  async preview(options: Omit<LookOptions, "filter"> = {}): Promise<BulkPreview> {
    checkLook("a preview", options, ["most", "only", "onProgress", "signal"]);
    const { asOf, upTo } = await this.#ends();
    const ahead = new Set<string>();
    const fixed = { asOf, upTo, ahead };
    const tally = new PreviewTally();
    const shown = () => ({ ...tally.counts(), asOf, upTo, newest: [], ahead: [...ahead] });
    const { ids, filter } = this.#scope;
    if (ids) {
      const entries = await this.#named(ids, fixed);
      for (const entry of entries) tally.add(entry);
      return {
        ...shown(),
        looked: entries.length,
        total: await this.#set.size(),
        isComplete: true,
      };
    }
    const slices = this.#set.slices(this.#span(fixed));
    const count = (entry: SortedEntry): void => {
      // It is there: what is shown here is what the work is done to, whatever it says of itself.
      if (this.#isLater(entry, fixed)) {
        if (ahead.size >= MOST_AHEAD) return;
        ahead.add(digestOf(entry));
      }
      tally.add(entry);
    };
    // By the time that the work goes by.
    const sofar = await look(slices, filter, { most: Infinity, ...options }, count, asOf.getTime());
    return { ...shown(), ...sofar };
  }

  /**
   * Puts them onto their queues now, with one failure taken back; in the scheduled set as `addToQueue` does. Those with the lowest
   * score are the first.
   *
   * @throws ClaimUnknownError when an answer was lost, as all of these do
   */
  async retry(options: BulkOptions = {}): Promise<BulkReport> {
    const promote: Act<SortedEntry> = async (entries) => {
      const jobs = entries.filter(({ error }) => error === undefined);
      const isRetry = this.#set.key === RETRY || this.#set.key === DEAD;
      return { done: await this.#moves.promote(jobs, isRetry), skipped: entries.length - jobs.length };
    };
    return this.#run(options, promote, { order: "asc" });
  }

  /** Moves them to the dead set. Death handlers are told only when `notify` is true, as by `killAll()`. */
  async kill({ notify = false, error, ...options }: BulkOptions & KillOptions = {}): Promise<BulkReport> {
    const told = { notify, ...(error === undefined ? {} : { error }) };
    return this.#run(
      options,
      async (entries, tell) => ({ done: await this.#moves.kill(entries, told, tell) }),
      { isGone: true, order: "asc" },
    );
  }

  /** Deletes them. */
  async delete(options: BulkOptions = {}): Promise<BulkReport> {
    return this.#each(options, (entry) => this.#moves.remove(entry), { isGone: true });
  }

  /**
   * Gives all of them the same time: seconds since 1970, or a Date.
   *
   * @throws InvalidJobError when the time is none
   */
  async reschedule(time: number | Date, options: BulkOptions = {}): Promise<BulkReport> {
    const seconds = secondsOf(time);
    if (!Number.isFinite(seconds)) {
      throw new InvalidJobError(`Expected a Date or seconds since 1970, got ${shown(time)}.`);
    }
    return this.#each(options, (entry) => this.#moves.reschedule(entry, seconds));
  }

  /**
   * Names another queue in them: they stay in the set, and go there when they are due or retried.
   *
   * @throws InvalidJobError when the name is none
   */
  async move(queue: string, options: BulkOptions = {}): Promise<BulkReport> {
    const edit = { queue: queueName(queue) };
    return this.#run(options, async (entries, tell) => {
      const jobs = entries.filter(({ error }) => error === undefined);
      const done = await countDone(jobs, (entry) => this.#moves.change(entry, edit), tell);
      return { done, skipped: entries.length - jobs.length };
    });
  }

  #each(options: BulkOptions, act: (entry: SortedEntry) => Promise<boolean>, way?: Way): Promise<BulkReport> {
    const all: Act<SortedEntry> = async (entries, tell) => ({ done: await countDone(entries, act, tell) });
    return this.#run(options, all, way);
  }

  #run(options: BulkOptions, act: Act<SortedEntry>, way: Way = {}): Promise<BulkReport> {
    checkBulk(options);
    return runBulk(this.#batches(way), this.#scope.count, options, act);
  }

  async *#batches({ isGone = false, order = "desc" }: Way): AsyncGenerator<Batch<SortedEntry>> {
    const fixed = await this.#fixed();
    const { ids, filter } = this.#scope;
    if (ids) {
      const jobs = await this.#named(ids, fixed);
      yield { jobs, looked: jobs.length };
      return;
    }
    const nowMs = fixed.asOf.getTime();
    const slices = this.#set.slices({ ...this.#span(fixed), order });
    // What fails again at once may come back further on.
    const met = new Set<string>();
    for (let slice = await slices.next(); slice; slice = await slices.next()) {
      // Two entries of one jid that are there at the same time are two.
      const here: string[] = [];
      const jobs = slice.filter((record) => {
        if (this.#isLater(record, fixed) && !fixed.ahead.has(digestOf(record))) return false;
        if (!filter.covers({ record, atMs: slices.atMs(record), nowMs })) return false;
        const { jid } = record;
        if (jid !== undefined && !isGone) here.push(jid);
        return jid === undefined || !met.has(jid);
      });
      for (const jid of here) met.add(jid);
      yield { jobs, looked: slice.length };
    }
  }

  async #fixed(): Promise<Fixed> {
    const ends = await this.#ends();
    const { ahead, asOf } = this.#scope;
    if (ahead !== undefined || asOf !== undefined) return { ...ends, ahead: new Set(ahead) };
    return { ...ends, ahead: await this.#aheadOf(ends) };
  }

  async #ends(): Promise<Omit<Fixed, "ahead">> {
    const { asOf = new Date(), upTo } = this.#scope;
    if (upTo !== undefined) return { asOf, upTo };
    const { items } = await this.#set.page({ limit: 1, order: "desc" });
    return { asOf, upTo: items[0]?.score ?? -Infinity };
  }

  /** Of work without a question before it: what has died in the future by now. */
  async #aheadOf({ asOf, upTo }: Omit<Fixed, "ahead">): Promise<ReadonlySet<string>> {
    const ahead = new Set<string>();
    const from = asOf.getTime() / 1_000;
    if (this.#set.key !== DEAD || upTo <= from) return ahead;
    const slices = this.#set.slices({ upTo, from });
    for (let slice = await slices.next(); slice; slice = await slices.next()) {
      for (const entry of slice)
        if (entry.score > from && ahead.size < MOST_AHEAD) ahead.add(digestOf(entry));
      if (ahead.size >= MOST_AHEAD) break;
    }
    return ahead;
  }

  #span({ asOf, upTo }: Omit<Fixed, "ahead">) {
    const { fromMs, belowMs } = this.#scope.filter.boundsAt(asOf.getTime());
    return { upTo, from: fromMs / 1_000, below: belowMs / 1_000 };
  }

  /** Those of a selection that are still there and that the filter means; what is gone is counted by nobody. */
  async #named(ids: readonly string[], fixed: Pick<Fixed, "asOf">): Promise<readonly SortedEntry[]> {
    const found: SortedEntry[] = [];
    const nowMs = fixed.asOf.getTime();
    for (const id of new Set(ids)) {
      const record = await this.#set.findEntry(id);
      if (record && this.#scope.filter.covers({ record, atMs: record.score * 1_000, nowMs }))
        found.push(record);
    }
    return found;
  }

  /** A score says when a job died, but of a retry when it is due: when that came, its last failure says. */
  #isLater(entry: SortedEntry, { asOf }: Pick<Fixed, "asOf">): boolean {
    if (this.#set.key === DEAD) return entry.score * 1_000 > asOf.getTime();
    const cameAt = this.#set.key === RETRY ? (entry.retriedAt ?? entry.failedAt) : entry.createdAt;
    return cameAt !== undefined && cameAt > asOf;
  }
}
