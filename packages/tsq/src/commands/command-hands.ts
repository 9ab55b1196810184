/** What a command does its deeds with. */
import type { ApiConnection } from "@tsq/core/api";
import type { CommandContext } from "../cli/command.ts";
import { problemOf } from "../cli/or-unusable.ts";
import type { Hands } from "../jobs/attempt.ts";
import { writeAudit } from "../jobs/audit.ts";

interface Reasoned {
  readonly reason?: string | undefined;
}

/** @param url of the Redis that what goes wrong is told of */
export const handsOf = (
  api: ApiConnection,
  url: string,
  { out }: CommandContext,
  { reason }: Reasoned,
): Hands => ({
  problemOf: (error) => problemOf(error, url),
  write: (done) => writeAudit(api, out, { ...done, reason }),
});
