/** Which errors there are, each once, however many jobs failed by it. */
import type { ApiSource } from "../api-connection.ts";
import { ApiObject } from "../api-object.ts";
import { readMarks } from "../metrics/deploy-marks.ts";
import type { DeployMark } from "../metrics/deploy-marks.ts";
import type { JobRecord } from "../job-record.ts";
import { filterOf } from "../search/filter.ts";
import { checkLook, look } from "../search/look.ts";
import type { LookedSoFar, LookOptions } from "../search/look.ts";
import type { JobSet } from "../sets/job-set.ts";
import { DeadSet } from "../sets/dead-set.ts";
import { RetrySet } from "../sets/retry-set.ts";
import type { SortedEntry } from "../sets/sorted-entry.ts";
import { ErrorKinds } from "./fingerprint.ts";
import type { ErrorKind } from "./fingerprint.ts";

/** Jobs of one class that failed by the same error. */
export interface ErrorGroup extends ErrorKind {
  /** How many jobs, of those that were looked at. */
  readonly count: number;
  /** How many of them wait for another attempt. */
  readonly retries: number;
  /** How many of them are dead. */
  readonly dead: number;
  /** When the first of them failed for the first time; a job that is no longer there does not count. */
  readonly firstAt: Date | undefined;
  /** When the last of them failed. */
  readonly lastAt: Date | undefined;
  /** The last deploy before the first failure; undefined when none is known. */
  readonly deploy: DeployMark | undefined;
  /** The message of the one that failed last, at most 500 characters of it. */
  readonly message: string;
  /** The ids of some of them, at most five, those that failed last. */
  readonly jids: readonly string[];
}

/** The groups, and how far was looked. */
export interface ErrorReport extends LookedSoFar {
  /** The largest first, at most 1,000. */
  readonly groups: readonly ErrorGroup[];
  /** How many jobs are in groups beyond those. */
  readonly others: number;
}

/** Which message is asked for: of a job of this group, in this set. */
export interface ErrorSample {
  /** The id of the group. */
  readonly group: string;
  readonly set: "retry" | "dead";
}

/** How far to look, and what may be told. */
export interface ErrorGroupOptions extends Omit<LookOptions, "only"> {
  /**
   * Asked of each job that the filter means, and told the set that it is in: what it answers false for is not counted.
   *
   * @default all that the filter means
   */
  only?: ((job: JobRecord, set: ErrorSample["set"]) => boolean | Promise<boolean>) | undefined;
  /** The message of a job as it may be shown; it is asked for those that failed last. @default the message itself */
  messageOf?: ((job: JobRecord, sample: ErrorSample) => string) | undefined;
}

const MOST_GROUPS = 1_000;
const SAMPLES = 5;
const LONGEST_MESSAGE = 500;
const MARKS_KEPT_MS = 90 * 86_400_000;

/**
 * The errors of the jobs in the retry set and the dead set, by the job's class, the error's class and its message without
 * numbers, ids, addresses and quotations.
 *
 * @example
 * const { groups } = await new ErrorGroups({ redis }).read();
 * for (const { count, error, fingerprint, id } of groups) console.log(count, error, fingerprint, `group:${id}`);
 */
export class ErrorGroups extends ApiObject {
  constructor(source: ApiSource = {}) {
    super(source);
  }

  /**
   * Looks at so many jobs of either set, those with the highest scores first: the last to die, and the retries that are
   * due last.
   *
   * @throws FilterError when the filter is none. ConfigError when an option is out of range
   */
  async read({ messageOf = ownMessage, only, ...options }: ErrorGroupOptions = {}): Promise<ErrorReport> {
    checkLook("error groups", options);
    const kinds = new ErrorKinds();
    const found = new Map<string, Building>();
    let others = 0;
    const add = (set: "retries" | "dead") => (job: SortedEntry) => {
      const kind = kinds.of(job);
      if (!kind) return;
      const group = found.get(kind.id) ?? new Building(kind, messageOf);
      if (!found.has(kind.id) && found.size >= MOST_GROUPS) others++;
      else found.set(kind.id, group.with(job, set));
    };
    const optionsIn = (set: ErrorSample["set"]): LookOptions =>
      only ? { ...options, only: (job) => only(job, set) } : options;
    const dead = await this.#look(new DeadSet(this.api), optionsIn("dead"), 0, add("dead"));
    const retries = await this.#look(new RetrySet(this.api), optionsIn("retry"), dead.looked, add("retries"));
    const marks = await this.#marks(found.size > 0);
    const groups = [...found.values()].map((group) => group.done(marks));
    return {
      groups: groups.sort((one, other) => other.count - one.count || (one.id < other.id ? -1 : 1)),
      others,
      looked: dead.looked + retries.looked,
      total: dead.total + retries.total,
      isComplete: dead.isComplete && retries.isComplete,
    };
  }

  #look(
    set: JobSet,
    { onProgress, ...options }: LookOptions,
    before: number,
    visit: (job: SortedEntry) => void,
  ): Promise<LookedSoFar> {
    const told =
      onProgress && ((looked: number, total: number) => onProgress(before + looked, before + total));
    return look(set.slices(), filterOf(options.filter ?? ""), { ...options, onProgress: told }, visit);
  }

  async #marks(isWanted: boolean): Promise<readonly DeployMark[]> {
    const nowMs = Date.now();
    return isWanted ? readMarks(this.api.redis, nowMs - MARKS_KEPT_MS, nowMs) : [];
  }
}

const ownMessage = ({ payload }: JobRecord): string => {
  const message = payload?.["error_message"];
  return typeof message === "string" ? message : "";
};

/** A group while its jobs are counted. */
class Building {
  readonly #kind: ErrorKind;
  readonly #messageOf: (job: JobRecord, sample: ErrorSample) => string;
  readonly #counts = { retries: 0, dead: 0 };
  #firstMs = Infinity;
  #lastMs = -Infinity;
  #message = "";
  #samples: { readonly jid: string; readonly ms: number }[] = [];

  constructor(kind: ErrorKind, messageOf: (job: JobRecord, sample: ErrorSample) => string) {
    this.#kind = kind;
    this.#messageOf = messageOf;
  }

  with(job: SortedEntry, set: "retries" | "dead"): this {
    this.#counts[set]++;
    const first = job.failedAt?.getTime();
    const last = (job.retriedAt ?? job.failedAt)?.getTime() ?? -Infinity;
    if (first !== undefined) this.#firstMs = Math.min(this.#firstMs, first);
    if (last > this.#lastMs || this.#message === "") {
      const sample = { group: this.#kind.id, set: set === "dead" ? set : "retry" } as const;
      this.#message = this.#messageOf(job, sample).slice(0, LONGEST_MESSAGE) || this.#message;
    }
    this.#lastMs = Math.max(this.#lastMs, last);
    this.#sample(job.jid, last);
    return this;
  }

  done(marks: readonly DeployMark[]): ErrorGroup {
    const { retries, dead } = this.#counts;
    return {
      ...this.#kind,
      count: retries + dead,
      retries,
      dead,
      firstAt: dateOr(this.#firstMs),
      lastAt: dateOr(this.#lastMs),
      deploy: marks.findLast(({ at }) => at.getTime() <= this.#firstMs && Number.isFinite(this.#firstMs)),
      message: this.#message,
      jids: this.#samples.map(({ jid }) => jid),
    };
  }

  #sample(jid: string | undefined, ms: number): void {
    const oldest = this.#samples.at(-1);
    if (jid === undefined || (this.#samples.length === SAMPLES && oldest && ms <= oldest.ms)) return;
    this.#samples = [...this.#samples, { jid, ms }].sort((one, other) => other.ms - one.ms).slice(0, SAMPLES);
  }
}

const dateOr = (ms: number): Date | undefined => (Number.isFinite(ms) ? new Date(ms) : undefined);
