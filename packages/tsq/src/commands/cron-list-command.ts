/** `tsq cron list` as `--help` shows it. */
import type { CommandSpec } from "../cli/command.ts";
import { REDIS } from "../cli/flags.ts";
import { EXIT_CODES } from "../cli/look-flags.ts";
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
  more: EXIT_CODES,
  load: async () => ({ run: (await import("./cron-list.ts")).cronList }),
};
