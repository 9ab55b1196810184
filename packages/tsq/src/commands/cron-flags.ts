/** Flags of the commands for cron entries. */
import type { Flag } from "../cli/command.ts";

export interface CronFlags {
  readonly namespace?: readonly string[];
  readonly json?: boolean;
  readonly redis?: string;
}

export interface CronChangeFlags extends CronFlags {
  readonly reason?: string;
}

export interface CronAskedFlags extends CronChangeFlags {
  readonly yes?: boolean;
}

export interface CronLoadFlags extends CronAskedFlags {
  readonly dryRun?: boolean;
}

export interface CronRunFlags extends CronChangeFlags {
  readonly activeJob?: boolean;
  readonly plain?: boolean;
}

export const NAMESPACES: Flag = {
  option: "--namespace <name>",
  tells: "this namespace of sidekiq-cron 2 alone; may be repeated (default: all)",
  isList: true,
};

/** Of a command that writes. */
export const NAMESPACE_TO_WRITE: Flag = {
  option: "--namespace <name>",
  tells: "namespace of sidekiq-cron 2 of entries that name none (default: default)",
  isList: true,
};

export const YES: Flag = { option: "-y, --yes", tells: "do it without asking" };

export const REASON: Flag = { option: "--reason <text>", tells: "why, for the audit trail" };
