/** What an action is done to, of a job: what runs and where, and no label that whoever pushed it may choose. The one place that says it. */
import type { FinishedJob, FoundJob, JobRecord, WorkRecord } from "@tsq/core/api";
import type { JobSubject, Subject } from "./permissions.ts";

/** @param set the key of the set that it is in; undefined on a queue and while it runs */
export const subjectOfJob = (
  { queue, runClass, otherClass, jid }: Pick<JobRecord, "queue" | "runClass" | "otherClass" | "jid">,
  set?: Subject["set"],
): JobSubject => ({
  ...(set !== undefined && { set }),
  ...(queue !== undefined && { queue }),
  ...(runClass !== undefined && { class: runClass }),
  ...(otherClass !== undefined && { otherClass }),
  ...(jid !== undefined && { jid }),
});

/** Of a job that lies on a queue or was taken from it: that queue, whatever the payload says. */
export const subjectOnQueue = (job: JobRecord, queue: string | undefined): JobSubject => ({
  ...subjectOfJob(job),
  ...(queue !== undefined && { queue }),
});

/** What runs, and the queue that it was taken from. */
export const subjectOfRun = ({ job, queue }: WorkRecord): JobSubject => subjectOnQueue(job, queue);

/** A job wherever it was found. */
export const subjectOfFound = (found: FoundJob): JobSubject => {
  if (found.place === "running") return subjectOnQueue(found.job, found.work?.queue);
  if (found.place === "queue") return subjectOfJob(found.job);
  return subjectOfJob(found.job, found.place === "scheduled" ? "schedule" : found.place);
};

/** One that has ended, as its worker has kept it: by the class that ran, which is its name there. */
export const subjectOfEnded = ({ queue, class: of, jid }: FinishedJob): Subject => ({
  ...(queue !== "" && { queue }),
  ...(of !== "" && { class: of }),
  jid,
});

/** The job as it is, and as it would be elsewhere: whoever may not touch a queue puts nothing onto it either. */
export const subjectsOf = (
  own: JobSubject,
  { queue }: { readonly queue?: string | undefined },
): readonly JobSubject[] => (queue === undefined || queue === own.queue ? [own] : [own, { ...own, queue }]);
