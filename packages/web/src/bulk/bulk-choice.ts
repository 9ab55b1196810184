/** Which of many jobs whoever does something to them may touch: where there is `authorize`, it is asked for each. */
import type { Filter } from "@tsq/core/api";
import type { Permissions } from "../security/permissions.ts";
import type { Action } from "../security/roles.ts";
import { sightOf, tells } from "../security/sight.ts";
import { subjectOfJob, subjectsOf } from "../security/subject-of.ts";
import type { BulkList } from "./bulk-list.ts";
import type { BulkChoice, BulkVerb } from "./bulk-work.ts";
import type { Target } from "./target.ts";

/**
 * Undefined where nothing decides beyond the roles, which have been asked before it began. What may not be looked at is left
 * alone as well: whoever asks for all that match must not learn by it which jobs do.
 */
export const choiceOf = (
  permissions: Permissions,
  list: BulkList,
  verb: BulkVerb,
  target: Target,
  filter: Filter,
): BulkChoice | undefined => {
  const known = list.verbs[verb];
  if (!known || !permissions.isSelective) return undefined;
  // What may not be done to a job that is ticked is not done to it among others either.
  const actions: readonly Action[] = [known.action, `job.${verb}`];
  const mayLook = sightOf(permissions, list.subject.set);
  const unseen = tells(filter) ? "unseen" : "refused";
  return async (job) => {
    if (mayLook && !(await mayLook(job))) return unseen;
    for (const subject of subjectsOf(subjectOfJob(job, list.subject.set), target)) {
      for (const action of actions) if (!(await permissions.allows(action, subject))) return "refused";
    }
    return "meant";
  };
};
