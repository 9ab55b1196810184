/** `tsq stats` as `--help` shows it. */
import type { CommandSpec } from "../cli/command.ts";
import { REDIS } from "../cli/flags.ts";

export interface StatsFlags {
  readonly json?: boolean;
  readonly redis?: string;
}

export const STATS: CommandSpec<StatsFlags> = {
  name: "stats",
  summary: "print what is enqueued, scheduled, retried, dead, and who works",
  flags: { json: { option: "--json", tells: "print as JSON" }, redis: REDIS },
  load: async () => ({ run: (await import("./stats.ts")).stats }),
};
