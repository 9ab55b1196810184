/** A job by the jid that somebody has typed. */
import { Jobs } from "@tsq/core/api";
import type { ApiConnection, FoundJob } from "@tsq/core/api";
import { withCommas } from "../cli/counted.ts";
import { terminalText } from "../cli/terminal-text.ts";

/** By its code it is one that the command expects: told in one line. */
export class NoSuchJobError extends Error {
  override readonly name = "NoSuchJobError";
  readonly code = "TSQ_NO_SUCH_JOB";
}

/** @throws NoSuchJobError when it is nowhere */
export const foundJob = async (api: ApiConnection, jid: string): Promise<FoundJob> => {
  const { found, looked, isComplete } = await new Jobs(api).find(jid);
  if (found) return found;
  const where = isComplete
    ? "It is done, or was deleted, or never was here."
    : `It is not among the first ${withCommas(looked)} jobs on queues, the only ones that were looked at there.`;
  throw new NoSuchJobError(
    `Expected the jid of a job, got \`${terminalText(jid)}\`, which is nowhere in this Redis. ${where}`,
  );
};
