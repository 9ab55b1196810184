/** Does to many jobs what was asked for, list by list, and writes down of each what was done, however that ended. */
import type { BulkReport, JobRecord } from "@tsq/core/api";
import { namedClasses } from "@tsq/core/config";
import { StoppedError, unfinished } from "../cli/early-end.ts";
import type { Work } from "../cli/progress.ts";
import { cutText } from "../cli/text-width.ts";
import { doneOf } from "./done-of.ts";
import type { Hands } from "./hands.ts";
import { pickedText } from "./picked-text.ts";
import type { RepairVerb } from "./repair-lists.ts";
import type { Found } from "./repair-preview.ts";
import { TrailOfQueues } from "./trail-of-queues.ts";

export interface Report {
  readonly found: Found;
  readonly done: number;
  readonly gone: number;
  readonly skipped: number;
  /** At most so many were left alone: they may have come since. */
  readonly unsure: number;
}

interface RepairOrder extends Omit<Hands, "api"> {
  readonly verb: RepairVerb;
  /** What was done to them: `were deleted` without its verb. */
  readonly did: string;
  /** The queue of a move; else empty. */
  readonly to: string;
  readonly total: number;
  readonly only: ((job: JobRecord) => boolean) | undefined;
  readonly perSecond: number | undefined;
}

/** By their keys, as the dashboard writes them. */
const SETS = { retry: "retry", dead: "dead", scheduled: "schedule" } as const;

const NONE: BulkReport = { done: 0, gone: 0, skipped: 0, unsure: 0, looked: 0, isAborted: false };

/** @throws StoppedError when it was ended before all was done. UnfinishedError for what else has ended it in its midst */
export const carryOut = async (
  found: readonly Found[],
  work: Work,
  order: RepairOrder,
): Promise<readonly Report[]> => {
  const trail = new TrailOfQueues(order.write, order.to);
  try {
    return await carryOutEach(found, work, {
      ...order,
      write: (done) => (done.action.startsWith("queue.") ? trail.write(done) : order.write(done)),
    });
  } finally {
    await trail.end();
  }
};

const carryOutEach = async (
  found: readonly Found[],
  { signal, tell }: Work,
  order: RepairOrder,
): Promise<readonly Report[]> => {
  const { verb, to, total, only, perSecond, problemOf, write } = order;
  const reports: Report[] = [];
  let before = 0;
  for (const one of found) {
    const { list, filter, ids, preview } = one;
    if (preview.count === 0) continue;
    if (signal.aborted) throw new StoppedError(total, before);
    const { asOf, upTo, newest, ahead, count } = preview;
    let report = NONE;
    let failure: { readonly error: unknown } | undefined;
    try {
      report = await list.run(
        verb,
        { filter, ids, asOf, upTo, newest, ahead, count },
        {
          signal,
          only,
          ...(perSecond !== undefined && { perSecond }),
          onProgress: (sofar) => {
            report = sofar;
            tell(before + sofar.done);
          },
        },
        to,
      );
    } catch (error) {
      failure = { error };
    }
    const { done, skipped, unsure } = report;
    before += done;
    // Ctrl-C in the last hundred leaves nothing undone.
    const isEnded = report.isAborted && done + report.gone + skipped < count;
    // What was counted and is nowhere in the list any more the work does not meet, nor what it cannot tell from what came since.
    const gone = failure || isEnded ? report.gone : count - done - skipped - unsure;
    reports.push({ found: one, done, gone, skipped, unsure });
    // What the work has met and could not do was refused, or taken in that moment; what had gone before, it has not met.
    const left = done === 0 ? report.gone + skipped : 0;
    const problem = failure ? problemOf(failure.error) : left > 0 ? `${left} gone or refused` : "";
    const told = doneOf(
      { done, problem, isEnded },
      {
        action: actionOf(verb, list.place),
        subject: withTarget([list.place === "queue" ? list.name : SETS[list.place], to], " "),
        named: (room) => withTarget([meantText(one, to === "" ? room : room - to.length - 3), to], " → "),
        classes: namedClasses(filter),
      },
    );
    if (told) await write(told);
    if (failure)
      throw unfinished(failure.error, {
        done: before,
        total,
        of: ["job", "jobs"],
        did: order.did,
        problemOf,
      });
    if (isEnded) throw new StoppedError(total, before);
  }
  return reports;
};

/** As the dashboard writes it of a move: from where and to where. */
const withTarget = (parts: readonly string[], between: string): string =>
  parts.filter((part) => part !== "").join(between);

/** The dashboard's names: what it calls `queue.clear` is a delete of jobs of a queue. */
const actionOf = (verb: RepairVerb, place: Found["list"]["place"]): string => {
  if (place === "queue") return `queue.${verb === "delete" ? "clear" : verb}`;
  return `set.${verb === "retry" && place === "scheduled" ? "add_to_queue" : verb}`;
};

/** More than a filter can name are known by their ids alone. */
const meantText = ({ filter, ids }: Found, room: number): string =>
  filter.isEmpty && ids !== undefined ? pickedText(ids, room) : cutText(filter.text, room);
