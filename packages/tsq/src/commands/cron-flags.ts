/** Flags of the commands for cron entries. */
import type { Flag } from "../cli/command.ts";

export interface CronFlags {
  readonly namespace?: readonly string[];
  readonly json?: boolean;
  readonly redis?: string;
}

export interface CronChangeFlags extends CronFlags {
  readonly yes?: boolean;
}

export interface CronRunFlags extends CronFlags {
  readonly activeJob?: boolean;
  readonly plain?: boolean;
}

export const NAMESPACES: Flag = {
  option: "--namespace <name>",
  tells: "namespace of sidekiq-cron 2; may be repeated (default: default)",
  isList: true,
};

export const YES: Flag = { option: "-y, --yes", tells: "do it without asking" };
