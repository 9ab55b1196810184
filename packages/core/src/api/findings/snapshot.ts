/** What findings are drawn from: how things stand at one instant, as plain data. */
import type { Member } from "../../redis/members.ts";
import type { FindingJob } from "./finding.ts";

/** How all stands at one instant. */
export interface Snapshot {
  readonly at: Date;
  readonly queues: readonly QueueState[];
  readonly processes: readonly ProcessState[];
  /** Processes that have gone within the last hour without saying goodbye, and have no heartbeat any more. */
  readonly lost?: readonly LostProcess[];
  readonly running: readonly RunningState[];
  readonly sets: SetsState;
  /** The last failures of a sample of jobs, of the retries that are due first and those that died last. */
  readonly failures: readonly FailureState[];
  /** How long successful runs have taken within the last hour, by class. */
  readonly usual: ReadonlyMap<string, UsualTime>;
  readonly redis: RedisState;
}

/** A queue. */
export interface QueueState {
  readonly name: string;
  /** How many jobs wait. */
  readonly size: number;
  /** Seconds the oldest has waited. */
  readonly latency: number;
  readonly isPaused: boolean;
  /**
   * The classes among its oldest jobs, at most twenty, with what they wrap: of a queue that is served and not paused, where all who
   * serve it say what they can run; of others it is empty. Jobs of more than 16 kB are none of them.
   */
  readonly sample: readonly SampledClass[];
}

/** A class that waits on a queue. */
export interface SampledClass {
  /** As the pages show it. */
  readonly name: string;
  /** On the wire: the class, and what it wraps. */
  readonly classes: readonly string[];
  /** How many of the sample. */
  readonly count: number;
  /** One of them. */
  readonly job?: FindingJob;
}

/** A process that has a heartbeat. */
export interface ProcessState extends Member {
  readonly concurrency: number;
  readonly busy: number;
  readonly beatAt: Date | undefined;
}

/** A process that has died, or cannot reach Redis. */
export interface LostProcess {
  readonly identity: string;
  /** When it was last heard of; undefined of one of Ruby, of which nobody writes that down. */
  readonly beatAt: Date | undefined;
}

/** A job that runs. What `Findings.snapshot()` has of the job itself is parsed when it is asked for. */
export interface RunningState {
  readonly identity: string;
  readonly jid: string | undefined;
  readonly class: string | undefined;
  readonly runAt: Date | undefined;
  /** It goes on beyond its `timeout`. */
  readonly isOverrunning: boolean;
  readonly job?: FindingJob;
}

/** The three sets. */
export interface SetsState {
  readonly retries: number;
  readonly scheduled: number;
  readonly dead: number;
  /** Retries that fall due within a minute, or should have been. */
  readonly retriesSoon: number;
  /** Retries that should have been enqueued more than two minutes ago. */
  readonly lateRetries: number;
  /** Scheduled jobs of which the same is true. */
  readonly lateScheduled: number;
  readonly deadLastHour: number;
  readonly deadLastDay: number;
}

/** A job that has failed. */
export interface FailureState {
  /** Of the error group that it belongs to. */
  readonly group: string;
  readonly class: string;
  readonly error: string;
  readonly fingerprint: string;
  readonly at: Date;
  readonly job?: FindingJob;
}

/** How long a class takes. */
export interface UsualTime {
  /** Successful runs. */
  readonly runs: number;
  readonly averageMs: number;
}

/** The server; what it does not say is 0 or empty. */
export interface RedisState {
  readonly usedBytes: number;
  /** 0 without a limit. */
  readonly maxBytes: number;
  readonly evictionPolicy: string;
  /** Since it was started. */
  readonly evictedKeys: number;
}
