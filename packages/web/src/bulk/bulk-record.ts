/** How work on many jobs is written into Redis, and read: what stands there, anybody may have written. */
import { Filter } from "@tsq/core/api";
import { ACTIONS } from "../security/roles.ts";
import type { Action } from "../security/roles.ts";
import type { BulkOrder, BulkState, BulkView } from "./bulk-work.ts";
import { BULK_VERBS, NOTHING_YET } from "./bulk-work.ts";

/** Of a process that has said nothing for so long it is not known that it lives. */
const LOST_MS = 60_000;
const STATES: readonly BulkState[] = ["running", "waiting", "ending", "done", "cancelled", "failed", "lost"];
const LONGEST = 2_000;
/** The year 5138, as for a time that is typed: no zone leads out of what a Date can be. */
const LATEST_MS = 1e14;

/** What there is to write. */
type Written = Pick<BulkView, "order" | "startedAt"> & Partial<BulkView>;

/** By whom: which process, and what it was asked for. */
export interface Writer {
  readonly process: string;
  /** A digest. */
  readonly asked: string;
  /** Tells two of one process, or of one name. */
  readonly dashboard: string;
}

/** @param nowMs by the clock of Redis, as whoever reads it has it */
export const writtenOf = (work: Written, writer: Writer, nowMs: number): string => {
  const { order, report = NOTHING_YET, refused = 0, startedAt, endedAt, problem, state = "running" } = work;
  const { hasLostAnswer = false } = work;
  const { choice: _, target, filter, reason, ...rest } = order as BulkOrder;
  return JSON.stringify({
    ...rest,
    // A part of it would mean other jobs.
    filter,
    reason: reason.slice(0, LONGEST),
    to: target.queue,
    at: target.at?.getTime(),
    report: { ...report, newest: undefined },
    refused,
    startedAt: startedAt.getTime(),
    endedAt: endedAt?.getTime(),
    problem: problem?.slice(0, LONGEST),
    hasLostAnswer,
    state,
    ...writer,
    seenAt: nowMs,
  });
};

/**
 * Undefined of what is none.
 *
 * @param nowMs by the clock of Redis
 */
export const readRecord = (id: string, text: string, nowMs: number): BulkView | undefined => {
  const read = parsed(text);
  const [verb, action, state] = [
    BULK_VERBS.find((one) => one === read["verb"]),
    (Object.keys(ACTIONS) as Action[]).find((one) => one === read["action"]),
    STATES.find((one) => one === read["state"]),
  ];
  const list = textIn(read["list"]);
  const startedAt = dateIn(read["startedAt"]);
  if (!verb || !action || !state || !startedAt || !/^\/[^/\\]/.test(list)) return undefined;
  const filter = textIn(read["filter"]);
  if (!isFilter(filter)) return undefined;
  const report = recordIn(read["report"]);
  const subject = recordIn(read["subject"]);
  const endedAt = dateIn(read["endedAt"]);
  const seenAt = dateIn(read["seenAt"]) ?? startedAt;
  const isLost = endedAt === undefined && Math.abs(nowMs - seenAt.getTime()) > LOST_MS;
  const queue = textIn(read["to"]);
  return {
    order: {
      id,
      verb,
      action,
      list,
      subject: {
        ...(subject["set"] !== undefined && { set: textIn(subject["set"]) }),
        ...(subject["queue"] !== undefined && { queue: textIn(subject["queue"]) }),
      },
      filter,
      expected: numberIn(read["expected"]),
      perSecond: numberIn(read["perSecond"]) || undefined,
      target: { ...(queue !== "" && { queue }), at: dateIn(read["at"]) },
      by: textIn(read["by"]),
      reason: textIn(read["reason"]),
    },
    report: {
      done: numberIn(report["done"]),
      gone: numberIn(report["gone"]),
      skipped: numberIn(report["skipped"]),
      unsure: numberIn(report["unsure"]),
      looked: numberIn(report["looked"]),
      isAborted: report["isAborted"] === true,
    },
    refused: numberIn(read["refused"]),
    startedAt,
    endedAt: endedAt ?? (isLost ? seenAt : undefined),
    problem: textIn(read["problem"]) || undefined,
    hasLostAnswer: read["hasLostAnswer"] === true,
    state: isLost ? "lost" : state,
    process: textIn(read["process"]),
    asked: textIn(read["asked"]),
  };
};

const recordIn = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null ? { ...value } : {};
const textIn = (value: unknown): string => (typeof value === "string" ? value : "");
const numberIn = (value: unknown): number =>
  typeof value === "number" && Number.isFinite(value) && value > 0 ? value : 0;
const dateIn = (value: unknown): Date | undefined => {
  const ms = numberIn(value);
  return ms >= 1 && ms <= LATEST_MS ? new Date(ms) : undefined;
};
const isFilter = (text: string): boolean => {
  try {
    Filter.parse(text);
    return true;
  } catch {
    return false;
  }
};

const parsed = (text: string): Readonly<Record<string, unknown>> => {
  try {
    return recordIn(JSON.parse(text));
  } catch {
    return {};
  }
};
