/**
 * Proves from a history, and from what Redis holds at its end, that every accepted job ended exactly once: done,
 * or in a place where it can be found. A job may run twice only where something in the history explains it.
 * Pure: nothing is read here but its arguments.
 */
import type { HistoryEvent } from "./history.ts";
import { Rollbacks } from "./rollbacks.ts";
import { jobsOf } from "./runs.ts";
import type { Run, TrackedJob } from "./runs.ts";
import { strikesOf } from "./strikes.ts";
import type { Cause, Strike } from "./strikes.ts";

/** What Redis holds, by jid, or by its text what has none. */
export interface FinalState {
  readonly queued: readonly string[];
  readonly inFlight: readonly string[];
  readonly retry: readonly string[];
  readonly scheduled: readonly string[];
  readonly dead: readonly { readonly id: string; readonly isPoisonPill: boolean }[];
}

export interface CheckRules {
  /** A finished job is acknowledged within this time when nothing is in the way. @default 1_000 */
  readonly ackLagMs?: number;
  /** Whether nothing may be left to do. @default true */
  readonly isDrained?: boolean;
  /** How often the jobs of one that lives were brought back as if it had died. @default 0 */
  readonly untoldDeaths?: number;
}

export interface Verdict {
  /** Empty when the guarantee was kept. */
  readonly problems: readonly string[];
  readonly accepted: number;
  readonly refused: number;
  readonly runs: number;
  readonly done: number;
  readonly dead: number;
  /** Runs too many, by what explains them. */
  readonly duplicates: Readonly<Partial<Record<Cause | "resent push", number>>>;
  /** Accepted jobs that a Redis which forgets took with it. */
  readonly forgotten: number;
  /** Runs that failed while Redis was away. */
  readonly failedAway: number;
}

// After three rescues the fourth buries: no job can be a poison pill before.
const KILLS_OF_A_PILL = 4;
const CLOCKS_DIFFER_BY_MS = 50;

export function check(
  events: readonly HistoryEvent[],
  final: FinalState,
  { ackLagMs = 1_000, isDrained = true, untoldDeaths = 0 }: CheckRules = {},
): Verdict {
  const { byNumber, strangers } = jobsOf(events);
  const jobs = [...byNumber.values()];
  const trial = new Trial(events, strikesOf(events, { ackLagMs }), placesOf(final), untoldDeaths);
  const problems: string[] = [...strangers, ...unknownIn(final, jobs)];
  for (const job of jobs) problems.push(...trial.problemsOf(job));
  if (isDrained) problems.push(...leftIn(final));
  return {
    problems,
    accepted: jobs.filter((job) => job.isAccepted).length,
    refused: jobs.filter((job) => !job.isAccepted).length,
    runs: jobs.reduce((sum, job) => sum + job.runs.length, 0),
    done: jobs.filter((job) => job.runs.some((run) => run.how === "done")).length,
    dead: final.dead.length,
    duplicates: Object.fromEntries(trial.duplicates),
    forgotten: trial.forgotten,
    failedAway: failedAway(events, jobs),
  };
}

interface Places {
  /** How often the job is in a queue, in flight, in the retry set or in the schedule. */
  readonly waiting: number;
  readonly dead: number;
  readonly isPoisonPill: boolean;
}

class Trial {
  readonly duplicates = new Map<Cause | "resent push", number>();
  forgotten = 0;
  readonly #events: readonly HistoryEvent[];
  readonly #rollbacks: Rollbacks;
  readonly #strikes: readonly Strike[];
  readonly #places: ReadonlyMap<string, Places>;
  readonly #kills: number;
  readonly #clocksAreRight: boolean;

  constructor(
    events: readonly HistoryEvent[],
    strikes: readonly Strike[],
    places: ReadonlyMap<string, Places>,
    untoldDeaths: number,
  ) {
    this.#events = events;
    this.#rollbacks = new Rollbacks(events);
    this.#strikes = strikes;
    this.#places = places;
    this.#kills = untoldDeaths + events.filter((event) => event.kind === "killed").length;
    this.#clocksAreRight = !events.some((event) => event.kind === "clock step");
  }

  *problemsOf(job: TrackedJob): Generator<string> {
    const name = `job ${job.n} (${job.id})`;
    // A push that came twice, because Redis forgot its number, is two jobs, at every attempt and at the end; so is a job
    // whose way from one place to the next Redis forgot while a worker held it.
    const resent = this.#resendsOf(job);
    let copies = resent;
    for (const [attempt, runs] of attemptsOf(job)) {
      const { unexplained, rolledBack } = this.#duplicatesAmong(runs);
      this.#count(copies > resent ? "rollback" : "resent push", Math.min(unexplained, copies));
      if (unexplained > copies) {
        yield `${name} ran ${runs.length} times at attempt ${attempt}, and nothing explains ${unexplained - copies} of them`;
      }
      copies += rolledBack;
    }
    for (const problem of this.#endings(job, copies)) yield `${name} ${problem}`;
    for (const problem of this.#order(job)) yield `${name} ${problem}`;
  }

  /** How many of the runs of one attempt are too many. */
  #duplicatesAmong(runs: readonly Run[]): { unexplained: number; rolledBack: number } {
    const used = new Map<Run, Set<Strike>>();
    let unexplained = 0;
    let rolledBack = 0;
    for (const [i, run] of runs.entries()) {
      if (i === 0) continue;
      const excuse = this.#excuse(runs.slice(0, i), run, used);
      if (excuse) this.#count(excuse.cause, 1);
      else unexplained++;
      if (excuse?.cause === "rollback") rolledBack++;
    }
    return { unexplained, rolledBack };
  }

  /** A strike on an earlier run before this one started, each used once; or this run is itself the late one. */
  #excuse(before: readonly Run[], run: Run, used: Map<Run, Set<Strike>>): Strike | undefined {
    for (const [candidate, isItself] of [
      ...before.map((one) => [one, false] as const),
      [run, true] as const,
    ]) {
      const spent = used.get(candidate) ?? new Set();
      used.set(candidate, spent);
      const strike = this.#strikes.find(
        (one) =>
          !spent.has(one) &&
          one.at <= run.startedAt &&
          (!isItself || one.cause === "expired owner") &&
          one.covers(candidate),
      );
      if (strike) {
        spent.add(strike);
        return strike;
      }
    }
    return undefined;
  }

  *#endings(job: TrackedJob, copies: number): Generator<string> {
    const { waiting, dead, isPoisonPill } = this.#places.get(job.id) ?? NOWHERE;
    const done = job.runs.filter((run) => run.how === "done");
    // What a process did before it was struck may be done again: then the later one counts.
    const doneForGood = done.filter((run) => !this.#strikes.some((strike) => strike.covers(run)));
    const endings = Math.min(doneForGood.length, 1) + waiting + dead;
    if (endings === 0 && done.length === 0) yield* this.#missing(job);
    if (endings > 1 + copies)
      yield `ended ${endings} times: ${doneForGood.length} done, ${waiting} waiting, ${dead} dead`;
    if (isPoisonPill && this.#kills < KILLS_OF_A_PILL)
      yield "is a poison pill after fewer deaths than that takes";
    const willDie = job.plan.isMalformed || job.plan.fails > job.plan.retries;
    if (dead > 0 && !willDie && !isPoisonPill) yield "is in the dead set, where it was not to go";
    if (done.length > 0 && willDie) yield "was done, although each of its runs was to fail";
  }

  *#missing(job: TrackedJob): Generator<string> {
    if (!job.isAccepted) return;
    if (this.#rollbacks.explain(job)) this.forgotten++;
    else yield `is lost: it ran ${job.runs.length} times, was never done and is nowhere`;
  }

  *#order(job: TrackedJob): Generator<string> {
    const { dueAt, isMalformed } = job.plan;
    if (isMalformed && job.runs.length > 0) yield "ran, although it is no job";
    for (const run of job.runs) {
      if (dueAt !== undefined && this.#clocksAreRight && run.startedAt < dueAt - CLOCKS_DIFFER_BY_MS) {
        yield `ran ${Math.round(dueAt - run.startedAt)} ms before it was due`;
      }
      if (run.attempt === 1) continue;
      const hasFailed = job.runs.some(
        (before) =>
          before.attempt === run.attempt - 1 &&
          before.how === "failed" &&
          (before.endedAt ?? 0) <= run.startedAt,
      );
      if (!hasFailed) yield `made attempt ${run.attempt} without having failed at the one before`;
    }
  }

  /** How often the push may have come twice: its answer was lost, and the Redis that was asked again had forgotten its number. */
  #resendsOf(job: TrackedJob): number {
    const until = job.answeredAt ?? Number.POSITIVE_INFINITY;
    return this.#events.filter(
      (event) =>
        event.kind === "outage" &&
        event.of === "everyone" &&
        event.at <= until &&
        event.until >= job.pushedAt &&
        this.#rollbacks.isAmong(event),
    ).length;
  }

  #count(cause: Cause | "resent push", count: number): void {
    if (count > 0) this.duplicates.set(cause, (this.duplicates.get(cause) ?? 0) + count);
  }
}

/** The runs of each attempt, first attempts first. */
function attemptsOf(job: TrackedJob): readonly (readonly [attempt: number, runs: readonly Run[]])[] {
  const attempts = new Map<number, Run[]>();
  for (const run of job.runs) {
    const runs = attempts.get(run.attempt);
    if (runs) runs.push(run);
    else attempts.set(run.attempt, [run]);
  }
  return [...attempts].toSorted(([one], [other]) => one - other);
}

function failedAway(events: readonly HistoryEvent[], jobs: readonly TrackedJob[]): number {
  const outages = events.filter((event) => event.kind === "outage");
  return jobs
    .flatMap(({ runs }) => runs)
    .filter(
      ({ how, endedAt = 0 }) =>
        how === "failed" && outages.some(({ at, until }) => at <= endedAt && endedAt <= until),
    ).length;
}

const NOWHERE: Places = { waiting: 0, dead: 0, isPoisonPill: false };

function placesOf(final: FinalState): ReadonlyMap<string, Places> {
  const places = new Map<string, Places>();
  const change = (id: string, changed: (before: Places) => Places): void => {
    places.set(id, changed(places.get(id) ?? NOWHERE));
  };
  for (const id of [...final.queued, ...final.inFlight, ...final.retry, ...final.scheduled])
    change(id, (before) => ({ ...before, waiting: before.waiting + 1 }));
  for (const { id, isPoisonPill } of final.dead)
    change(id, (before) => ({
      ...before,
      dead: before.dead + 1,
      isPoisonPill: before.isPoisonPill || isPoisonPill,
    }));
  return places;
}

function unknownIn(final: FinalState, jobs: readonly TrackedJob[]): readonly string[] {
  const known = new Set(jobs.map((job) => job.id));
  return [...placesOf(final).keys()]
    .filter((id) => !known.has(id))
    .map((id) => `Redis holds \`${id}\`, which nobody pushed`);
}

function leftIn(final: FinalState): readonly string[] {
  const places = ["queued", "inFlight", "retry", "scheduled"] as const;
  return places.flatMap((place) => final[place].map((id) => `\`${id}\` is left in \`${place}\``));
}
