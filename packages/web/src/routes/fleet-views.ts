/** Processes and what they run, as pages show them. */
import { isAtLeast } from "@tsq/core/config";
import type { FleetReading, JobMetrics, ProcessRecord, WorkRecord } from "@tsq/core/api";
import type { Cancels, RunView } from "../pages/processes.ts";
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

/**
 * @param metrics by which a run is long or not
 * @param hidden why it may not be looked at
 */
export const runViewOf = (
  run: WorkRecord,
  metrics: readonly JobMetrics[],
  visit: Visit,
  hidden?: Reason,
): RunView => {
  const usual =
    hidden !== undefined ? undefined : metrics.find((job) => job.class === run.job.displayClass)?.averageMs;
  return {
    identity: run.identity,
    tid: run.tid,
    job: { ...jobViewOf(run.job, visit, hidden), queue: run.queue ?? run.job.queue },
    runAt: run.runAt,
    isOverrunning: run.isOverrunning,
    usualMs: usual === undefined || usual === 0 ? undefined : usual,
  };
};

/** Whether a cancel reaches a run: every one of tsq, and of Ruby those that are iterable, from 7.3.3 on (WIRE §9.4). */
export const cancelsOf = (process: ProcessRecord | undefined, isIterable: boolean): Cancels => {
  // A process without a record holds its jobs as only tsq does.
  if (process === undefined || !process.isRuby) return "yes";
  if (!isIterable) return "ruby";
  return isAtLeast(process.version ?? "", "7.3.3") ? "yes" : "old";
};
