/** The job that a finding is about, as far as it says of itself. */
import type { JobRecord } from "../job-record.ts";
import type { FindingJob } from "./finding.ts";

export const findingJob = ({ queue, runClass, otherClass, jid }: JobRecord, own: FindingJob): FindingJob => ({
  ...(queue !== undefined && { queue }),
  ...(runClass !== undefined && { class: runClass }),
  ...(otherClass !== undefined && { otherClass }),
  ...(jid !== undefined && { jid }),
  ...own,
});
