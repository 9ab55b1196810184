/** `tsq cron load` as `--help` shows it. */
import type { CommandSpec } from "../cli/command.ts";
import { REDIS } from "../cli/flags.ts";
import { NAMESPACE_TO_WRITE, REASON, YES } from "./cron-flags.ts";
import type { CronLoadFlags } from "./cron-flags.ts";

export const CRON_LOAD: CommandSpec<CronLoadFlags> = {
  name: "load",
  summary: "make the entries of a schedule file those in Redis",
  args: [{ name: "file", tells: "a schedule of sidekiq-cron, with ERB as in sidekiq.yml" }],
  flags: {
    namespace: NAMESPACE_TO_WRITE,
    reason: REASON,
    dryRun: { option: "--dry-run", tells: "say what it would write and remove, and do nothing" },
    yes: YES,
    json: { option: "--json", tells: "print what was done as JSON" },
    redis: REDIS,
  },
  more: `Entries that an earlier file had and this one has not are removed, beside Ruby
while they are as tsq has written them; those that somebody has made otherwise
stay. When an entry last fired stays too, and so does whether it is enabled,
unless the file says it. An entry that is wrong is left out.

Examples:
  tsq cron load config/schedule.yml --dry-run
  tsq cron load config/schedule.yml --yes --json

Exit codes: 0 all of it is there, or somebody said no; 1 an entry is wrong, and
the others are there, no --yes where nobody can be asked, bad usage, bad
configuration or no Redis.`,
  load: async () => ({ run: (await import("./cron-load.ts")).cronLoad }),
};
