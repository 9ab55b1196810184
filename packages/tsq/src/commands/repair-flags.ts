/** Flags of the commands that repair many jobs. */
import type { Arg, Flag } from "../cli/command.ts";
import { REDIS } from "../cli/flags.ts";
import { QUERY_HELP, WHERE } from "../cli/look-flags.ts";
import type { ScopeFlags } from "../jobs/repair-scope.ts";
import { YES } from "./cron-flags.ts";

export interface RepairFlags extends ScopeFlags {
  readonly perSecond?: string;
  readonly reason?: string;
  readonly dryRun?: boolean;
  readonly yes?: boolean;
  readonly json?: boolean;
  readonly redis?: string;
}

export interface MoveFlags extends RepairFlags {
  readonly to?: string;
}

export const JIDS: readonly Arg[] = [{ name: "jid", tells: "the ids of jobs", isList: true }];

export const REPAIR_FLAGS = {
  where: WHERE,
  all: { option: "--all", tells: "all of the list that --in names" },
  in: { option: "--in <list>", tells: "this list alone; may be repeated", isList: true },
  perSecond: { option: "--per-second <n>", tells: "at most so many a second (default: no limit)" },
  reason: { option: "--reason <text>", tells: "why, for the audit trail" },
  dryRun: { option: "--dry-run", tells: "say what it would be done to, and do nothing" },
  yes: YES,
  json: { option: "--json", tells: "print what was done as JSON" },
  redis: REDIS,
} satisfies Record<string, Flag>;

export const REPAIR_HELP = `What comes into a list after the question is left alone. Ctrl-C ends the work
after the jobs under way, a hundred at most, and says how many were done.

${QUERY_HELP}

Exit codes: 0 done, also where nothing matched or somebody said no; 1 a jid that
is not there, ended by Ctrl-C, no --yes where nobody can be asked, bad usage,
bad configuration or no Redis.`;
