/** `tsq cron list` as `--help` shows it. */
import type { CommandSpec } from "../cli/command.ts";
import { REDIS } from "../cli/flags.ts";
import { NAMESPACES } from "./cron-flags.ts";
import type { CronFlags } from "./cron-flags.ts";

export const CRON_LIST: CommandSpec<CronFlags> = {
  name: "list",
  summary: "list the entries, Ruby's too, and when each fires next",
  flags: {
    namespace: NAMESPACES,
    json: { option: "--json", tells: "print a JSON array" },
    redis: REDIS,
  },
  load: async () => ({ run: (await import("./cron-list.ts")).cronList }),
};
