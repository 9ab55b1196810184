/** `tsq queue` as `--help` shows it. */
import type { CommandSpec } from "../cli/command.ts";
import { EXIT_CODES, LIST_FLAGS, QUERY_HELP } from "../cli/look-flags.ts";
import type { ListFlags } from "../cli/look-flags.ts";
import { terminalText } from "../cli/terminal-text.ts";
import { whereInstead } from "../cli/where-instead.ts";

export const QUEUE: CommandSpec<ListFlags> = {
  name: "queue",
  summary: "list the jobs of a queue, the newest first",
  args: [{ name: "name", tells: "the name of the queue" }],
  beyond: ([name = "NAME", ...words]) => whereInstead(`tsq queue ${terminalText(name)}`, words),
  flags: LIST_FLAGS,
  more: `${QUERY_HELP}

${EXIT_CODES}`,
  load: async () => ({ run: (await import("./queue.ts")).queue }),
};
