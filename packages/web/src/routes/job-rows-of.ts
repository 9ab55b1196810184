/** The rows that others add to the page of a job. */
import type { JobRecord } from "@tsq/core/api";
import { loggedError } from "@tsq/core/config";
import type { JobRow } from "../frame/job-rows.ts";
import type { Visit } from "../visit.ts";

/** None when they cannot be made: the job is to be seen, and repaired, all the same. */
export const jobRowsOf = async (job: JobRecord, visit: Visit): Promise<readonly JobRow[]> => {
  const { services, user, words, to } = visit;
  try {
    return (await services.jobRows?.(job, { user, words, to })) ?? [];
  } catch (error) {
    services.logger?.error(
      { err: loggedError(error), jid: job.jid },
      "The option `jobRows` of the dashboard failed",
    );
    return [];
  }
};
