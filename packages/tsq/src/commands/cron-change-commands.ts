/** `tsq cron enable`, `disable`, `run` and `delete` as `--help` shows them. */
import type { Arg, CommandSpec } from "../cli/command.ts";
import { REDIS } from "../cli/flags.ts";
import { NAMESPACES, REASON, YES } from "./cron-flags.ts";
import type { CronAskedFlags, CronChangeFlags, CronRunFlags } from "./cron-flags.ts";

const NAME: readonly Arg[] = [{ name: "name", tells: "the name of the entry" }];
const FLAGS = {
  namespace: NAMESPACES,
  reason: REASON,
  json: { option: "--json", tells: "print what was done as JSON" },
  redis: REDIS,
};

export const CRON_ENABLE: CommandSpec<CronChangeFlags> = {
  name: "enable",
  summary: "let an entry fire",
  args: NAME,
  flags: FLAGS,
  more: `What was due while it was disabled is not made up.

Exit codes: 0 done, also where it was so already; 1 no such entry, one whose
expression is wrong, bad usage, bad configuration or no Redis.`,
  load: async () => ({ run: (await import("./cron-change.ts")).cronEnable }),
};

export const CRON_DISABLE: CommandSpec<CronChangeFlags> = {
  name: "disable",
  summary: "let an entry fire no more, until it is enabled",
  args: NAME,
  flags: FLAGS,
  more: `Exit codes: 0 done, also where it was so already; 1 no such entry, bad usage,
bad configuration or no Redis.`,
  load: async () => ({ run: (await import("./cron-change.ts")).cronDisable }),
};

export const CRON_RUN: CommandSpec<CronRunFlags> = {
  name: "run",
  summary: "push the job of an entry now, and print its jid",
  args: NAME,
  flags: {
    ...FLAGS,
    activeJob: { option: "--active-job", tells: "push it as a job of ActiveJob" },
    plain: { option: "--plain", tells: "push it as a plain job of Sidekiq" },
  },
  more: `Where Ruby shares the Redis, an entry that says nothing of its class needs one
of both: whether a class of Ruby is an ActiveJob, only Ruby knows.

Exit codes: 0 pushed; 1 no such entry, one whose class nobody knows, bad usage,
bad configuration or no Redis.`,
  load: async () => ({ run: (await import("./cron-change.ts")).cronRun }),
};

export const CRON_DELETE: CommandSpec<CronAskedFlags> = {
  name: "delete",
  summary: "delete an entry with its history",
  args: NAME,
  flags: { ...FLAGS, yes: YES },
  more: `An entry of a schedule file comes back when a process with that file starts:
take it out of the file, or disable it.

Exit codes: 0 done, also where somebody said no; 1 no such entry, no --yes where
nobody can be asked, bad usage, bad configuration or no Redis.`,
  load: async () => ({ run: (await import("./cron-change.ts")).cronDelete }),
};
