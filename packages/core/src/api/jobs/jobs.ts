/** One job, wherever it is. */
import { ConfigError } from "../../errors.ts";
import { requestCancel } from "../../job/cancellation.ts";
import { shown } from "../../report/inspect.ts";
import type { ApiSource } from "../api-connection.ts";
import { ApiObject } from "../api-object.ts";
import type { JobRecord } from "../job-record.ts";
import type { FleetReading } from "../processes/fleet.ts";
import { WorkSet } from "../processes/work-set.ts";
import type { WorkRecord } from "../processes/work-record.ts";
import { Queue } from "../queues/queue.ts";
import { QueuedJob } from "../queues/queued-job.ts";
import { askEach, numberOf } from "../replies.ts";
import { checkLook } from "../search/look.ts";
import { DeadSet } from "../sets/dead-set.ts";
import type { JobSet } from "../sets/job-set.ts";
import { RetrySet } from "../sets/retry-set.ts";
import { ScheduledSet } from "../sets/scheduled-set.ts";
import type { SortedEntry } from "../sets/sorted-entry.ts";
import { findInFlight, readInFlight } from "./in-flight.ts";
import type { InFlightReading } from "./in-flight.ts";
import { matchOf } from "../jid-match.ts";
import { FinishedJobs, readAttempts } from "./kept-runs.ts";
import type { FinishedJob, JobAttempt } from "./kept-runs.ts";
import { readJobStates } from "./job-state.ts";
import type { JobState } from "./job-state.ts";
import { isStillIn, stillOn } from "./last-place.ts";
import type { LastPlace } from "./last-place.ts";
import { timelineOf } from "./timeline.ts";
import type { JobEvent, KnownTimes } from "./timeline.ts";

/** Where a job is. */
export type JobPlace =
  | {
      readonly place: "running";
      readonly job: JobRecord;
      /** The process that has it. */
      readonly identity: string;
      /** How its process reports it; undefined before its next heartbeat. */
      readonly work: WorkRecord | undefined;
    }
  | {
      readonly place: "queue";
      readonly job: QueuedJob;
      /** How many jobs on the queue are older. */
      readonly ahead: number;
    }
  | { readonly place: "scheduled" | "retry" | "dead"; readonly job: SortedEntry };

/** A job, where it is, and what it has been through. */
export type FoundJob = JobPlace &
  JobState & {
    /** Oldest first, as far as its fields tell. */
    readonly timeline: readonly JobEvent[];
    /** Its last failures, oldest first, as far as workers of tsq have kept them: up to ten, for a week by default. */
    readonly attempts: readonly JobAttempt[];
  };

/** What came of looking for a job. */
export interface JobLookup {
  /** Undefined when it was nowhere, so far as was looked. */
  readonly found: FoundJob | undefined;
  /** Of one that was nowhere: that it has ended, where a worker of tsq has kept that. It keeps a sample of all. */
  readonly finished?: FinishedJob;
  /** Of one that was nowhere: its run as its process told of it at its last heartbeat, where that process has let go of it since. */
  readonly left?: WorkRecord;
  /** How many jobs on queues were looked at. */
  readonly looked: number;
  /** Whether all of them were. */
  readonly isComplete: boolean;
}

/** How far to look. */
export interface JobLookupOptions {
  /** Ends when so many jobs on queues have been looked at; sets and what runs are looked through in any case. @default 100_000 */
  most?: number;
  /** Ends it: it rejects with the signal's reason. @default nobody ends it */
  signal?: AbortSignal | undefined;
  /** What runs, of whoever has just read it: only what is in no set and on no queue is looked for among processes anew. @default it is read */
  fleet?: FleetReading | undefined;
  /** What is in flight, of whoever reads it for many: asked for where the fleet does not tell of the job. @default it is read */
  inFlight?: (() => Promise<InFlightReading>) | undefined;
}

/**
 * Jobs in any state: running, in the retry set, the dead set or the scheduled set, or on a queue.
 *
 * @example
 * const { found } = await new Jobs({ redis }).find(jid);
 * if (found?.place === "retry") await found.job.retry();
 */
export class Jobs extends ApiObject {
  readonly #sets: Readonly<Record<"retry" | "dead" | "scheduled", JobSet>>;

  constructor(source: ApiSource = {}) {
    super(source);
    this.#sets = {
      retry: new RetrySet(this.api),
      dead: new DeadSet(this.api),
      scheduled: new ScheduledSet(this.api),
    };
  }

  /**
   * Looks for a job: first among what runs, then in the sets, the shortest first, then on the queues. A job that is being moved meanwhile is looked
   * for once more where jobs go. One that a process of tsq has let go of since its heartbeat does not run. One that is done is
   * nowhere: Sidekiq does not keep it. Workers of tsq keep a sample, and `finished` says what they know of it.
   *
   * @throws ConfigError when the jid is no text, or an option out of range
   */
  async find(jid: string, options: JobLookupOptions = {}): Promise<JobLookup> {
    // From JavaScript anything can come.
    if (typeof jid !== "string" || jid === "") {
      throw new ConfigError(`Expected the jid of a job, got ${shown(jid)}. Pass what its push returned.`);
    }
    checkLook("looking for a job", options, ["most", "signal", "fleet", "inFlight"]);
    const { most = 100_000, signal, fleet, inFlight } = options;
    const runs = await this.#running(jid, fleet, inFlight);
    const early = runs.place ?? (await this.#inSets(jid, signal));
    if (early) return { found: await this.tell(early), looked: 0, isComplete: true };
    const queues = await this.#onQueues(jid, most, signal);
    const again = queues.place ? undefined : await this.#running(jid);
    const place = queues.place ?? again?.place ?? (await this.#inSets(jid, signal));
    if (!place) {
      const finished = await new FinishedJobs(this.api).find(jid);
      const left = again?.left ?? runs.left;
      const lookup = { found: undefined, looked: queues.looked, isComplete: queues.isComplete };
      return { ...lookup, ...(finished && { finished }), ...(left && { left }) };
    }
    const found = await this.tell(place);
    return { found, looked: queues.looked, isComplete: true };
  }

  /**
   * A job where it was a moment ago, which is a round trip or two however much there is. Undefined when it is not there any
   * more, with these bytes: then it has to be looked for.
   */
  async again(last: LastPlace): Promise<FoundJob | undefined> {
    const { bytes } = last;
    if (last.place === "queue") {
      const there = await stillOn(this.api, last);
      if (!there) return undefined;
      const { ahead, length } = there;
      const job = new QueuedJob(this.api, last.queue, bytes, { ahead, length });
      return this.tell({ place: "queue", job, ahead });
    }
    const set = this.#sets[last.place];
    if (!(await isStillIn(this.api, set.key, last))) return undefined;
    return this.tell({ place: last.place, job: set.entry(last) });
  }

  /** All that workers of tsq have taken, for many looks within a moment: `find()` takes it as `inFlight`. */
  inFlight(): Promise<InFlightReading> {
    return readInFlight(this.api.redis);
  }

  /** What a job has been through that somebody has found already, such as an entry of a set. */
  async tell(place: JobPlace): Promise<FoundJob> {
    const { jid } = place.job;
    const [[state = NO_STATE], attempts] = await Promise.all([
      this.states([jid]),
      readAttempts(this.api.redis, jid),
    ]);
    const times: KnownTimes = { cancelled: state.cancelledAt, attempts, ...timesOf(place) };
    return { ...place, ...state, attempts, timeline: timelineOf(place.job, times) };
  }

  /**
   * How far iterable jobs have come, and which of the jobs somebody has cancelled: one answer for each jid, in their order.
   * A hundred of them are one round trip.
   */
  states(jids: readonly (string | undefined)[]): Promise<readonly JobState[]> {
    return readJobStates(this.api.redis, jids);
  }

  /**
   * Says that nobody wants a job any more, wherever it is, as `client.cancel()` does: tsq starts it no more, and a run of it
   * is told within two seconds. Ruby stops iterable jobs alone, from 7.3.3 on.
   *
   * @returns when it was first asked for, in whole seconds by the clock of whoever did
   * @throws ConfigError when the jid is no text
   */
  async cancel(jid: string): Promise<Date> {
    return requestCancel(this.api.redis, jid, Date.now());
  }

  async #running(
    jid: string,
    fleet?: FleetReading,
    inFlight?: () => Promise<InFlightReading>,
  ): Promise<Running> {
    const isIt = matchOf(jid);
    const runs = new WorkSet(this.api);
    const work = fleet ? fleet.runs.find(({ job }) => isIt(job)) : await runs.findWork(jid);
    const isOn = work && (await runs.stillRunning([work])).length > 0;
    if (isOn) return { place: { place: "running", job: work.job, identity: work.identity, work } };
    const held = await findInFlight(this.api.redis, jid, await inFlight?.());
    return { place: held && { place: "running", ...held, work: undefined }, left: work };
  }

  /** One after the other: in a long one it is a thousand round trips, which are those of everybody else as well. */
  async #inSets(jid: string, signal: AbortSignal | undefined): Promise<JobPlace | undefined> {
    signal?.throwIfAborted();
    const places = ["retry", "dead", "scheduled"] as const;
    const sizes = await askEach(this.api.redis, places, (pipeline, place) =>
      pipeline.zcard(this.#sets[place].key),
    );
    const sized = places.map((place, i) => ({ place, size: numberOf(sizes[i]?.[0]) }));
    for (const { place } of sized
      .filter(({ size }) => size > 0)
      .sort((one, other) => one.size - other.size)) {
      const job = await this.#sets[place].findJob(jid, { signal });
      if (job) return { place, job };
    }
    return undefined;
  }

  async #onQueues(
    jid: string,
    most: number,
    signal: AbortSignal | undefined,
  ): Promise<{
    readonly place: JobPlace | undefined;
    readonly looked: number;
    readonly isComplete: boolean;
  }> {
    const isIt = matchOf(jid);
    let looked = 0;
    for await (const group of Queue.groups(this.api)) {
      const all = group.map((queue) => queue.slices());
      const first = await Promise.all(all.map((slices) => slices.next()));
      for (const [n, slices] of all.entries()) {
        for (let slice = first[n]; slice; slice = await slices.next()) {
          signal?.throwIfAborted();
          for (const [i, job] of slice.entries()) {
            if (looked >= most) return { place: undefined, looked, isComplete: false };
            looked++;
            if (isIt(job))
              return { place: { place: "queue", job, ahead: slices.older(i) }, looked, isComplete: true };
          }
        }
      }
    }
    return { place: undefined, looked, isComplete: true };
  }
}

/** Where it runs, or where it did until its process let go of it. */
interface Running {
  readonly place: JobPlace | undefined;
  readonly left?: WorkRecord | undefined;
}

const NO_STATE: JobState = { iteration: undefined, cancelledAt: undefined };

const timesOf = (place: JobPlace): KnownTimes => {
  if (place.place === "running") return { started: place.work?.runAt };
  if (place.place === "queue") return {};
  return place.place === "dead" ? { died: place.job.at } : { due: place.job.at };
};
