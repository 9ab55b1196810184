/** What an action is done to, of a job: what runs and where, and no label that whoever pushed it may choose. */
import type { JobRecord } from "@tsq/core/api";
import type { Subject } from "./permissions.ts";

/** @param set the key of the set that it is in; undefined on a queue and while it runs */
export const subjectOfJob = (
  { queue, runClass, jid }: Pick<JobRecord, "queue" | "runClass" | "jid">,
  set?: Subject["set"],
): Subject => ({
  ...(set !== undefined && { set }),
  ...(queue !== undefined && { queue }),
  ...(runClass !== undefined && { class: runClass }),
  ...(jid !== undefined && { jid }),
});
