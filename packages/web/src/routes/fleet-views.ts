/** Processes and what they run, as pages show them. */
import { byIdentity, isAtLeast } from "@tsq/core/config";
import type { FleetReading, JobMetrics, ProcessRecord, WorkRecord } from "@tsq/core/api";
import type { Cancels, RunView, Slots, SlotView } from "../pages/processes.ts";
import type { Reason } from "../security/permissions.ts";
import { subjectOfRun } from "../security/subject-of.ts";
import type { Visit } from "../visit.ts";
import { jobViewOf } from "./job-views.ts";

/** So many of the processes, of more those that have been running something for longest; and what they run. */
export const foremostOf = ({ processes, runs }: FleetReading, most: number): FleetReading => {
  if (processes.length <= most) return { processes, runs };
  const places = new Map<string, number>();
  for (const { identity } of runs) if (!places.has(identity)) places.set(identity, places.size);
  const placeOf = ({ identity }: ProcessRecord): number => places.get(identity) ?? places.size;
  const first = processes.toSorted((one, other) => placeOf(one) - placeOf(other)).slice(0, most);
  return { processes: first, runs: runsOf(first, runs) };
};

/** What these processes run. */
export const runsOf = (
  processes: readonly ProcessRecord[],
  runs: readonly WorkRecord[],
): readonly WorkRecord[] => {
  const theirs = new Set(processes.map(({ identity }) => identity));
  return runs.filter(({ identity }) => theirs.has(identity));
};

/** Why some of these may not be looked at. */
export const hiddenRunsOf = async (
  runs: readonly WorkRecord[],
  visit: Visit,
): Promise<ReadonlyMap<WorkRecord, Reason>> => {
  const hidden = await visit.permissions.whyEach("look", runs.map(subjectOfRun));
  return new Map(runs.map((run, i) => [run, hidden[i]]));
};

/** How long a class takes on average, of those that have taken any. */
export type UsualTimes = ReadonlyMap<string, number>;

export const usualTimesOf = (metrics: readonly JobMetrics[]): UsualTimes =>
  new Map(metrics.filter(({ averageMs }) => averageMs > 0).map((job) => [job.class, job.averageMs]));

/** What processes run as squares: of a thousand threads nobody reads arguments. */
export const slotsOf = (
  runs: readonly WorkRecord[],
  usual: UsualTimes,
  hidden: ReadonlyMap<WorkRecord, Reason>,
): Slots => {
  const slotOf = (run: WorkRecord): SlotView => {
    const { runAt, isOverrunning } = run;
    const isHidden = hidden.get(run) !== undefined;
    const name = isHidden ? undefined : run.job.displayClass;
    return { class: name, isHidden, runAt, isOverrunning, usualMs: usual.get(name ?? "") };
  };
  return new Map([...byIdentity(runs)].map(([identity, own]) => [identity, own.map(slotOf)]));
};

/**
 * @param usual by which a run is long or not
 * @param hidden why it may not be looked at
 */
export const runViewOf = (run: WorkRecord, usual: UsualTimes, visit: Visit, hidden?: Reason): RunView => {
  return {
    identity: run.identity,
    tid: run.tid,
    job: { ...jobViewOf(run.job, visit, hidden), queue: run.queue ?? run.job.queue },
    runAt: run.runAt,
    isOverrunning: run.isOverrunning,
    usualMs: hidden === undefined ? usual.get(run.job.displayClass ?? "") : undefined,
  };
};

/** Whether a cancel reaches a run: every one of tsq, and of Ruby those that are iterable, from 7.3.3 on (WIRE §9.4). */
export const cancelsOf = (process: ProcessRecord | undefined, isIterable: boolean): Cancels => {
  // A process without a record holds its jobs as only tsq does.
  if (process === undefined || !process.isRuby) return "yes";
  if (!isIterable) return "ruby";
  return isAtLeast(process.version ?? "", "7.3.3") ? "yes" : "old";
};
