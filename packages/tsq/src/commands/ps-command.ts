/** `tsq ps` as `--help` shows it. */
import type { CommandSpec } from "../cli/command.ts";
import { EXIT_CODES, LOOK_FLAGS } from "../cli/look-flags.ts";
import type { LookFlags } from "../cli/look-flags.ts";

export const PS: CommandSpec<LookFlags> = {
  name: "ps",
  summary: "list the worker processes, Ruby's too, and what they run",
  flags: LOOK_FLAGS,
  more: `What a process says of itself is as old as its last heartbeat: ten seconds at
most. Jobs that are shorter never show.

${EXIT_CODES}`,
  load: async () => ({ run: (await import("./ps.ts")).ps }),
};
