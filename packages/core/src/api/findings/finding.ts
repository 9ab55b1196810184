/** Something that needs a person. */

/** What is the matter. */
export type FindingKind =
  | "nobody-works"
  | "queue-unserved"
  | "queue-paused"
  | "queue-late"
  | "class-unrunnable"
  | "deaths"
  | "error-growing"
  | "process-silent"
  | "process-stuck"
  | "retry-storm"
  | "nobody-promotes"
  | "job-long"
  | "redis-evicts"
  | "redis-memory";

/** Where one can do something about it. */
export interface FindingPlace {
  readonly page: "queues" | "queue" | "busy" | "retries" | "scheduled" | "dead" | "errors" | "redis";
  /** The queue, the process or the job; undefined where the page is enough. */
  readonly name?: string;
  /** A filter that shows the jobs in question. */
  readonly filter?: string;
}

/** A job, by what runs and where. */
export interface FindingJob {
  /** The queue that it is on, came from or goes to. */
  readonly queue?: string;
  /** The class that runs: of a wrapper of ActiveJob the one inside. */
  readonly class?: string;
  /** The class that Ruby runs, where a wrapper of ActiveJob names two. */
  readonly otherClass?: string;
  readonly jid?: string;
  /** `retry` or `dead`, where it is in a set. */
  readonly set?: string;
}

/** Something that needs a person, why it is thought, and where to act. */
export interface Finding {
  /** The same as long as it is the same matter: its kind, and what it is about. */
  readonly id: string;
  readonly kind: FindingKind;
  /** `critical`: jobs are lost or do not run. `warning`: soon, or slowly. `note`: somebody wanted it, or should know. */
  readonly level: "critical" | "warning" | "note";
  /** The cause in a sentence of English. */
  readonly cause: string;
  /** What it is concluded from, for those who say it in their own words. Names in it are as they stand in Redis. */
  readonly evidence: Readonly<Record<string, string | number>>;
  readonly where: FindingPlace;
  /** One of the jobs that it is about, for those who ask who may see them; undefined where it names no class. */
  readonly job?: FindingJob | undefined;
}

/** From when on something is a finding. */
export interface FindingLimits {
  /** Seconds that the oldest job of a queue may wait; above 0. @default 300 */
  goal?: number;
  /** The same for single queues, by name. @default none */
  goals?: Readonly<Record<string, number>>;
  /** Deaths within an hour that are worth a word, if they are three times as many as usual. @default 10 */
  deaths?: number;
  /** Failures of one kind within a quarter of an hour that are worth a word, if they are three times as many as in the one before. @default 10 */
  failures?: number;
  /** Retries within the next minute for each slot of the fleet. @default 20 */
  retriesPerSlot?: number;
  /** Times its usual duration that a job may run, if it is more than a minute. @default 10 */
  timesUsual?: number;
  /** Seconds that a job may run of a class of which fewer than five runs have succeeded within the hour, so that none is usual. @default 1800 */
  unusual?: number;
}

export const LIMITS = {
  goal: 300,
  goals: {},
  deaths: 10,
  failures: 10,
  retriesPerSlot: 20,
  timesUsual: 10,
  unusual: 1_800,
} as const satisfies Required<FindingLimits>;

const LEVELS: readonly Finding["level"][] = ["critical", "warning", "note"];

/** The most urgent first, and always in the same order. */
export const byUrgency = (one: Finding, other: Finding): number =>
  LEVELS.indexOf(one.level) - LEVELS.indexOf(other.level) ||
  (one.id < other.id ? -1 : Number(one.id > other.id));
