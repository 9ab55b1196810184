/** `tsq retries`, `scheduled` and `dead` as `--help` shows them. */
import type { CommandSpec } from "../cli/command.ts";
import { EXIT_CODES, LIST_FLAGS, QUERY_HELP } from "../cli/look-flags.ts";
import type { ListFlags } from "../cli/look-flags.ts";
import { whereInstead } from "../cli/where-instead.ts";

const MORE = `${QUERY_HELP}

${EXIT_CODES}`;

const beyondOf = (name: string) => (given: readonly string[]) =>
  `${whereInstead(`tsq ${name}`, given)} tsq jobs QUERY looks in all lists.`;

export const RETRIES: CommandSpec<ListFlags> = {
  name: "retries",
  summary: "list failed jobs that will be tried again, those due first",
  beyond: beyondOf("retries"),
  flags: LIST_FLAGS,
  more: `Examples:
  tsq retries --where 'error:Net::* after:2h'
  tsq retries --jsonl | jq -r .jid

${MORE}`,
  load: async () => ({ run: (await import("./sets.ts")).retries }),
};

export const SCHEDULED: CommandSpec<ListFlags> = {
  name: "scheduled",
  summary: "list jobs that wait for their time, those due first",
  beyond: beyondOf("scheduled"),
  flags: LIST_FLAGS,
  more: MORE,
  load: async () => ({ run: (await import("./sets.ts")).scheduled }),
};

export const DEAD: CommandSpec<ListFlags> = {
  name: "dead",
  summary: "list jobs that nobody tries again, the last to die first",
  beyond: beyondOf("dead"),
  flags: LIST_FLAGS,
  more: MORE,
  load: async () => ({ run: (await import("./sets.ts")).dead }),
};
