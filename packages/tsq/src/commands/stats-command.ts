/** `tsq stats` as `--help` shows it. */
import type { CommandSpec } from "../cli/command.ts";
import { EXIT_CODES, LOOK_FLAGS } from "../cli/look-flags.ts";
import type { LookFlags } from "../cli/look-flags.ts";

export const STATS: CommandSpec<LookFlags> = {
  name: "stats",
  summary: "print what is enqueued, scheduled, retried, dead, and who works",
  flags: LOOK_FLAGS,
  more: EXIT_CODES,
  load: async () => ({ run: (await import("./stats.ts")).stats }),
};
