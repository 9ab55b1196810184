/** What a request that changes something has come to, for the audit trail. */
import { ClaimUnknownError, TsqError } from "@tsq/core/config";
import type { BulkWork } from "../bulk/bulk-work.ts";
import { didNothing } from "../bulk/bulk-work.ts";
import { NOT_REDIS } from "../bulk/patience.ts";
import { noteOf } from "../bulk/target.ts";
import { isAway } from "../redis/is-away.ts";
import type { Permissions } from "../security/permissions.ts";
import type { Visit } from "../visit.ts";
import { reasonIn } from "./reason.ts";
import type { Recorder } from "./recorder.ts";

/** Of one that was answered. What could not be written is said to whoever did it. */
export const writeOutcome = async (visit: Visit, { status }: Response): Promise<void> => {
  const { services, permissions, user, counted, note, form } = visit;
  const reason = reasonIn(form);
  if (status === 403) {
    await writeRefusal(services.recorder, permissions, reason);
    return;
  }
  if (visit.isWritten) return;
  const isDone = status < 400;
  const { step } = visit;
  const isWritten = await services.recorder.write({
    user,
    asked: permissions.asked.map((one) =>
      step === undefined ? one : { ...one, action: `${one.action}.${step}` },
    ),
    outcome: isDone ? "done" : "failed",
    count: isDone ? counted : (counted ?? 0),
    isStep: step !== undefined,
    reason,
    note,
    filter: visit.filter,
  });
  if (!isWritten) visit.saysToo(visit.words.text("said.unwritten"));
};

/** Of one that broke off: part of it may be done. */
export const writeFailure = async (visit: Visit, error: unknown): Promise<void> => {
  const { services, permissions, user, counted = 0, form } = visit;
  const note = toldOf(error, visit);
  const { asked } = permissions;
  await services.recorder.write({
    user,
    asked,
    outcome: "failed",
    count: counted,
    reason: reasonIn(form),
    note,
  });
};

/** All who may look read it: what the host's own code, or a server that it asks, fails with may be for nobody but the log. */
const toldOf = (error: unknown, { api }: Visit): string => {
  if (isAway(error)) return api.whyFailed(error);
  return error instanceof TsqError ? error.message : NOT_REDIS;
};

/** Of one that was not allowed. */
export const writeRefusal = async (
  recorder: Recorder,
  { user, asked: all }: Permissions,
  reason: string,
): Promise<void> => {
  const asked = all.filter((one) => one.reason !== undefined);
  await recorder.write({ user, asked, outcome: "refused", count: 0, reason, note: asked[0]?.reason });
};

/** Of work on many that has ended, however that was: with as many as it was really done to. */
export const writeWork = (
  recorder: Recorder,
  { user, asked }: Permissions,
  { order, report, state, problem, met, hasLostAnswer }: BulkWork,
): Promise<boolean> => {
  const isSaid = problem !== undefined && met instanceof ClaimUnknownError;
  const notes = [
    problem ?? "",
    state === "cancelled" ? "ended early" : "",
    hasLostAnswer && !isSaid ? "an answer of Redis was lost: more may be done" : "",
    report.gone > 0 ? `${report.gone} gone or refused` : "",
    report.skipped > 0 ? `${report.skipped} skipped` : "",
    noteOf(order.filter, order.target),
  ];
  return recorder.write({
    user,
    asked,
    outcome: problem !== undefined || didNothing(report) ? "failed" : "done",
    count: report.done,
    reason: order.reason,
    note: notes.filter((part) => part !== "").join(": "),
    filter: order.filter,
  });
};
