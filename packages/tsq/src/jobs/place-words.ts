/** Where jobs are, in sentences. */
import type { FinishedJob, JobLookup, JobPlace } from "@tsq/core/api";
import { utcText } from "../cli/ages.ts";
import { withCommas } from "../cli/counted.ts";
import type { SetName } from "./open-set.ts";

export const inSet = (name: SetName): string => `in the ${name} set`;

export const onQueue = (name: string): string => `on the queue ${name}`;

const PLACES: Readonly<Record<JobPlace["place"], readonly [one: string, many: string]>> = {
  running: ["running", "running"],
  queue: ["on its queue", "on queues"],
  retry: [inSet("retry"), inSet("retry")],
  scheduled: [inSet("scheduled"), inSet("scheduled")],
  dead: [inSet("dead"), inSet("dead")],
};

/** Of one job. */
export const whereIs = (place: JobPlace["place"]): string => PLACES[place][0];

/** Of several. */
export const whereAre = (place: JobPlace["place"]): string => PLACES[place][1];

/** How it ended, of those that did not end well. */
const ENDS: Readonly<Record<string, string>> = {
  done: "done",
  drop: "failed, without a retry",
  discard: "discarded",
  cancelled: "cancelled",
  late: "too late: its deadline had passed",
};

export const endOf = ({ as }: FinishedJob): string => ENDS[as] ?? as;

/** A job that has ended may be pushed anew under its jid. */
export const mayWaitAgain = (looked: number): string =>
  `only the first ${withCommas(looked)} jobs on queues were looked at, and it may wait again behind them`;

/** Of one that was looked for and not found: it may wait deeper in a long queue than anybody has looked. */
export const whereNot = ({
  looked,
  isComplete,
  finished,
  left,
}: Pick<JobLookup, "looked" | "isComplete" | "finished" | "left">): string => {
  if (finished) {
    const ended = `ended at ${utcText(finished.at)} UTC in ${finished.identity}: ${endOf(finished)}`;
    return isComplete ? ended : `${ended}; ${mayWaitAgain(looked)}`;
  }
  if (left) {
    const gone = `ran in ${left.identity}, which has let go of it since its last heartbeat`;
    return isComplete ? `${gone}: it has ended` : `${gone}; ${mayWaitAgain(looked)}`;
  }
  return isComplete
    ? "is nowhere in this Redis: done, deleted, or never here"
    : `is neither running nor in a set, nor among the first ${withCommas(looked)} jobs on queues, the only ones that were looked at there`;
};
