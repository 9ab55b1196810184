/** What a command does its deeds with. */
import type { ApiConnection } from "@tsq/core/api";
import type { CommandContext } from "../cli/command.ts";
import { problemOf } from "../cli/or-unusable.ts";
import { writeAudit } from "../jobs/audit.ts";
import type { Hands } from "../jobs/hands.ts";

interface Reasoned {
  readonly reason?: string | undefined;
}

/** @param url of the Redis that what goes wrong is told of */
export const handsOf = (
  api: ApiConnection,
  url: string,
  { out }: CommandContext,
  { reason }: Reasoned,
): Hands => {
  const told = (error: unknown): string => problemOf(error, url);
  return {
    api,
    problemOf: told,
    write: (done) =>
      writeAudit(api, { ...done, reason }, { warn: (what, why) => out.behind(what, why), problemOf: told }),
  };
};
