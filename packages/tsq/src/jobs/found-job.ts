/** A job by the jid that somebody has typed. */
import { Jobs } from "@tsq/core/api";
import type { ApiConnection, FoundJob } from "@tsq/core/api";
import { terminalText } from "../cli/terminal-text.ts";
import { whereNot } from "./place-words.ts";

/** By its code it is one that the command expects: told in one line. */
export class NoSuchJobError extends Error {
  override readonly name = "NoSuchJobError";
  readonly code = "TSQ_NO_SUCH_JOB";
}

/** @throws NoSuchJobError when it is nowhere */
export const foundJob = async (api: ApiConnection, jid: string): Promise<FoundJob> => {
  const { found, ...looked } = await new Jobs(api).find(jid);
  if (found) return found;
  throw new NoSuchJobError(
    `Expected the jid of a job, got \`${terminalText(jid)}\`, which ${whereNot(looked)}.`,
  );
};
