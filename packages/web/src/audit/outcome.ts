/** What a request that changes something has come to, for the audit trail. */
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
  const isDone = status < 400;
  const isWritten = await services.recorder.write({
    user,
    asked: permissions.asked,
    outcome: isDone ? "done" : "failed",
    count: isDone ? counted : (counted ?? 0),
    reason,
    note,
  });
  if (!isWritten) visit.saysToo(visit.words.text("said.unwritten"));
};

/** Of one that broke off: part of it may be done. */
export const writeFailure = async (visit: Visit, error: unknown): Promise<void> => {
  const { services, permissions, user, counted = 0, form } = visit;
  const note = error instanceof Error ? error.message : String(error);
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

/** Of one that was not allowed. */
export const writeRefusal = async (
  recorder: Recorder,
  { user, asked: all }: Permissions,
  reason: string,
): Promise<void> => {
  const asked = all.filter((one) => one.reason !== undefined);
  await recorder.write({ user, asked, outcome: "refused", count: 0, reason, note: asked[0]?.reason });
};
