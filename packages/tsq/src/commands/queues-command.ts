/** `tsq queues` as `--help` shows it. */
import type { CommandSpec } from "../cli/command.ts";
import { EXIT_CODES, LOOK_FLAGS } from "../cli/look-flags.ts";
import type { LookFlags } from "../cli/look-flags.ts";

export const QUEUES: CommandSpec<LookFlags> = {
  name: "queues",
  summary: "list the queues: how long, how late, paused or served",
  flags: LOOK_FLAGS,
  more: EXIT_CODES,
  load: async () => ({ run: (await import("./queues.ts")).queues }),
};
