/** A job by the jid that somebody has typed. */
import { Jobs } from "@tsq/core/api";
import type { ApiConnection, FinishedJob, FoundJob, JobLookup } from "@tsq/core/api";
import { terminalText } from "../cli/terminal-text.ts";
import { whereNot } from "./place-words.ts";

/** By its code it is one that the command expects: told in one line. */
export class NoSuchJobError extends Error {
  override readonly name = "NoSuchJobError";
  readonly code = "TSQ_NO_SUCH_JOB";
}

/** What is known of a job: where it is, or else how it has ended, where a worker has kept that. */
export type KnownJob = FoundJob | EndedJob;

interface EndedJob extends Pick<JobLookup, "looked" | "isComplete"> {
  readonly place: "ended";
  readonly finished: FinishedJob;
}

/** @throws NoSuchJobError when nobody knows anything of it */
export const knownJob = async (api: ApiConnection, jid: string): Promise<KnownJob> => {
  const { found, finished, ...looked } = await new Jobs(api).find(jid);
  if (found) return found;
  if (finished) return { place: "ended", finished, ...looked };
  throw new NoSuchJobError(
    `Expected the jid of a job, got \`${terminalText(jid)}\`, which ${terminalText(whereNot(looked))}.`,
  );
};
