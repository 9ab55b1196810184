/** The rows that others add to the page of a job. */
import type { JobRecord } from "@tsq/core/api";
import { loggedError } from "@tsq/core/config";
import type { JobRow } from "../tabs/job-rows.ts";
import type { Visit } from "../visit.ts";

/** None of those that cannot be made: the job is to be seen, and repaired, all the same. */
export const jobRowsOf = async (job: JobRecord, visit: Visit): Promise<readonly JobRow[]> => {
  const { services, user, words, to } = visit;
  const all = services.jobRows.map(async ({ of, rows }) => {
    try {
      return (await rows?.(job, { user, words, to })) ?? [];
    } catch (error) {
      services.logger?.error({ err: loggedError(error), jid: job.jid }, `\`jobRows\` of ${of} failed`);
      return [];
    }
  });
  return (await Promise.all(all)).flat();
};
