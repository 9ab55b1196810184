/** Every key of Sidekiq that tsq reads or writes (WIRE §1), and tsq's own, which all start with `tsq:`. */
export const QUEUES = "queues";
export const PROCESSES = "processes";
export const SCHEDULE = "schedule";
export const RETRY = "retry";
export const DEAD = "dead";
export const PAUSED = "paused";
export const PROCESS_CLEANUP = "process_cleanup";

const QUEUE_PREFIX = "queue:";

export const queueKey = (name: string): string => QUEUE_PREFIX + name;

export const workKey = (identity: string): string => `${identity}:work`;
/** What 6.4.0 and 6.4.1 read instead of `:work`. */
export const legacyWorkKey = (identity: string): string => `${identity}:workers`;
export const signalsKey = (identity: string): string => `${identity}-signals`;

/** State of an iterable job, and whether a job of any kind was cancelled (WIRE §9). */
export const iterationKey = (jid: string): string => `it-${jid}`;

export type StatName = "processed" | "failed";
export const statKey = (stat: StatName): string => `stat:${stat}`;
/** Day totals are by UTC date (WIRE §7.5). */
export const dailyStatKey = (stat: StatName, utcDate: string): string => `stat:${stat}:${utcDate}`;

/**
 * Hash owner → its queues, of all that may hold jobs in flight: `processes` will not do, Ruby's cleanup
 * removes the dead from it.
 */
export const OWNERS = "tsq:owners";
/** Hash slot → payload of the jobs that an owner has taken and not yet finished. */
export const inFlightKey = (owner: string): string => `tsq:in-flight:${owner}`;
/** List of at most one job that was moved to a sleeping capsule and not yet adopted by its hash. */
export const padKey = (capsule: string, queue: string): string => `tsq:pad:${capsule}:${queue}`;
/** Leases of the two processes that look after a set of queues, and the list at which the others wait for their turn. */
export const watchKeys = (set: string): WatchKeys => ({
  watchman: `tsq:watch:${set}`,
  deputy: `tsq:watch:${set}:deputy`,
  bell: `tsq:watch:${set}:bell`,
});
export interface WatchKeys {
  readonly watchman: string;
  readonly deputy: string;
  readonly bell: string;
}
/** Written for a moment, to see whether Redis tells of it. */
export const watchProbeKey = (capsule: string): string => `tsq:watch:probe:${capsule}`;
/** Left by a rescue, so that a worker that was only frozen learns that its jobs are no longer its own. */
export const rescuedKey = (owner: string): string => `tsq:rescued:${owner}`;
/**
 * Left by a process that gave its jobs back while one of them blocked its event loop: the slot of that one, which it
 * keeps, or nothing.
 */
export const relievedKey = (owner: string): string => `tsq:relieved:${owner}`;
/** The classes that a process can run, as JSON (class-list.ts), for as long as it beats. */
export const classesKey = (identity: string): string => `tsq:classes:${identity}`;
/** Sorted set identity → when it last beat, in milliseconds, of the processes that have not said goodbye: who died is told by it. */
export const HEARD = "tsq:heard";
/** For so long it is known that one has gone without a word. */
export const HEARD_SECONDS = 3_600;
/** How often a job was brought back from dead processes within 72 hours of the first time. */
export const rescueCountKey = (jid: string): string => `tsq:rescues:${jid}`;
/** Hash lane → number of what a client has pushed last on it, so that what it sends again is there once. */
export const pushKey = (id: string): string => `tsq:push:${id}`;
/** Sorted set of the jids that somebody cancelled, by when, for workers to read what is new. */
export const CANCELLED = "tsq:cancelled";
/** Its member that is no jid, and has the highest score that ever was (lua/core/cancel.lua). */
export const CANCELLED_FLOOR = "";
/** Stream of what was done by dashboards, and what they refused. */
export const AUDIT = "tsq:audit";
/** Hash of what dashboards do to many jobs: id → how it stands. */
export const BULK = "tsq:bulk";
/** Sorted set jid → when a run of it failed last, of the jobs whose failures are kept; the oldest go first. */
export const ATTEMPTS = "tsq:attempts";
/** Sorted set of the last failures of one job, by when; each a JSON text (run/kept.ts of the worker). */
export const attemptsKey = (jid: string): string => `tsq:attempts:${jid}`;
/** Sorted set of jobs that have ended and are nowhere else, a sample, by when; each a JSON text. */
export const FINISHED = "tsq:finished";
/** Hash of how long jobs waited that began within one minute (waits-layout.ts). */
export const waitsKey = (ms: number): string => `tsq:waits:${new Date(ms).toISOString().slice(0, 16)}`;
