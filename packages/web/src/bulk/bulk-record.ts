/** How work on many jobs is written into Redis, and read: what stands there, anybody may have written. */
import { ACTIONS } from "../security/roles.ts";
import type { Action } from "../security/roles.ts";
import type { BulkOrder, BulkState, BulkView } from "./bulk-work.ts";
import { BULK_VERBS, NOTHING_YET } from "./bulk-work.ts";

/** Of a process that has said nothing for so long it is not known that it lives. Clocks differ a little. */
const LOST_MS = 60_000;
const STATES: readonly BulkState[] = ["running", "waiting", "ending", "done", "cancelled", "failed", "lost"];
const LONGEST = 2_000;

/** What there is to write. */
type Written = Pick<BulkView, "order" | "startedAt"> & Partial<BulkView>;

export const writtenOf = (work: Written, process: string, asked: string, nowMs: number): string => {
  const { order, report = NOTHING_YET, refused = 0, startedAt, endedAt, problem, state = "running" } = work;
  const { choice: _, target, filter, reason, ...rest } = order as BulkOrder;
  return JSON.stringify({
    ...rest,
    filter: filter.slice(0, LONGEST),
    reason: reason.slice(0, LONGEST),
    to: target.queue,
    at: target.at?.getTime(),
    report,
    refused,
    startedAt: startedAt.getTime(),
    endedAt: endedAt?.getTime(),
    problem: problem?.slice(0, LONGEST),
    state,
    process,
    asked,
    seenAt: nowMs,
  });
};

/** Undefined of what is none. */
export const readRecord = (id: string, text: string, nowMs: number): BulkView | undefined => {
  const read = parsed(text);
  const [verb, action, state] = [
    BULK_VERBS.find((one) => one === read["verb"]),
    (Object.keys(ACTIONS) as Action[]).find((one) => one === read["action"]),
    STATES.find((one) => one === read["state"]),
  ];
  const list = textIn(read["list"]);
  const startedAt = dateIn(read["startedAt"]);
  if (!verb || !action || !state || !startedAt || !/^\/[^/]/.test(list)) return undefined;
  const report = recordIn(read["report"]);
  const subject = recordIn(read["subject"]);
  const endedAt = dateIn(read["endedAt"]);
  const seenAt = dateIn(read["seenAt"]) ?? startedAt;
  const isLost = endedAt === undefined && nowMs - seenAt.getTime() > LOST_MS;
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
      filter: textIn(read["filter"]),
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
      looked: numberIn(report["looked"]),
      isAborted: report["isAborted"] === true,
    },
    refused: numberIn(read["refused"]),
    startedAt,
    endedAt: endedAt ?? (isLost ? seenAt : undefined),
    problem: textIn(read["problem"]) || undefined,
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
  const date = new Date(numberIn(value));
  return date.getTime() > 0 ? date : undefined;
};

const parsed = (text: string): Readonly<Record<string, unknown>> => {
  try {
    return recordIn(JSON.parse(text));
  } catch {
    return {};
  }
};
