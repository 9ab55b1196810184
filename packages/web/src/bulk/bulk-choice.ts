/** Which of many jobs whoever does something to them may touch: where there is `authorize`, it is asked for each. */
import type { Permissions, Subject } from "../security/permissions.ts";
import type { Action } from "../security/roles.ts";
import { subjectOfJob } from "../security/subject-of.ts";
import type { BulkList } from "./bulk-list.ts";
import type { BulkChoice, BulkVerb } from "./bulk-work.ts";
import type { Target } from "./target.ts";

/** Undefined where nothing decides beyond the roles, which have been asked before it began. */
export const choiceOf = (
  permissions: Permissions,
  list: BulkList,
  verb: BulkVerb,
  target: Target,
): BulkChoice | undefined => {
  const known = list.verbs[verb];
  if (!known || !permissions.isSelective) return undefined;
  // What may not be done to a job that is ticked is not done to it among others either.
  const actions: readonly Action[] = [known.action, `job.${verb}`];
  return async (job) => {
    for (const subject of subjectsOf(subjectOfJob(job, list.subject.set), target)) {
      for (const action of actions) if (!(await permissions.allows(action, subject))) return false;
    }
    return true;
  };
};

/** The job as it is, and as it would be elsewhere: whoever may not touch a queue puts nothing onto it either. */
export const subjectsOf = (own: Subject, { queue }: Target): readonly Subject[] =>
  queue === undefined || queue === own.queue ? [own] : [own, { ...own, queue }];
