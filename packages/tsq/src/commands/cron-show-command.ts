/** `tsq cron show` as `--help` shows it. */
import type { CommandSpec } from "../cli/command.ts";
import { REDIS } from "../cli/flags.ts";
import { NAMESPACES } from "./cron-flags.ts";
import type { CronFlags } from "./cron-flags.ts";

export const CRON_SHOW: CommandSpec<CronFlags> = {
  name: "show",
  summary: "show an entry: its job, its last ten, what was missed, and what comes",
  args: [{ name: "name", tells: "the name of the entry" }],
  flags: {
    namespace: NAMESPACES,
    json: { option: "--json", tells: "print as JSON" },
    redis: REDIS,
  },
  more: `Exit codes: 0 found; 1 no such entry, bad usage, bad configuration or no Redis.`,
  load: async () => ({ run: (await import("./cron-show.ts")).cronShow }),
};
