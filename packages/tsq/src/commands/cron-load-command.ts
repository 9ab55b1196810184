/** `tsq cron load` as `--help` shows it. */
import type { CommandSpec } from "../cli/command.ts";
import { REDIS } from "../cli/flags.ts";
import { NAMESPACE_TO_WRITE, YES } from "./cron-flags.ts";
import type { CronChangeFlags } from "./cron-flags.ts";

export const CRON_LOAD: CommandSpec<CronChangeFlags> = {
  name: "load",
  summary: "make the entries of a schedule file those in Redis",
  args: [{ name: "file", tells: "a schedule of sidekiq-cron, with ERB as in sidekiq.yml" }],
  flags: {
    namespace: NAMESPACE_TO_WRITE,
    yes: YES,
    json: { option: "--json", tells: "print what was done as JSON" },
    redis: REDIS,
  },
  more: `Entries that an earlier file had and this one has not are removed, beside Ruby
while they are as tsq has written them; those that somebody has made otherwise
stay. When an entry last fired stays too, and so does whether it is enabled,
unless the file says it. An entry that is wrong is left out, and the command
exits with 1 when the others are there.

Examples:
  tsq cron load config/schedule.yml
  tsq cron load config/schedule.yml --yes --json`,
  load: async () => ({ run: (await import("./cron-load.ts")).cronLoad }),
};
