/** `tsq jobs` as `--help` shows it. */
import type { CommandSpec } from "../cli/command.ts";
import { EXIT_CODES, LOOK_FLAGS, QUERY_HELP } from "../cli/look-flags.ts";
import type { LookFlags } from "../cli/look-flags.ts";

export interface JobsFlags extends LookFlags {
  readonly in?: readonly string[];
  readonly limit?: string;
}

export const JOBS: CommandSpec<JobsFlags> = {
  name: "jobs",
  summary: "find jobs wherever they are: running, in a set or on a queue",
  args: [{ name: "query", tells: "the words of a query", isList: true }],
  flags: {
    in: {
      option: "--in <list>",
      tells: "running, retry, scheduled, dead, queues or queue:NAME alone; may be repeated",
      isList: true,
    },
    limit: { option: "-n, --limit <n>", tells: "so many of each list (default: 10; with --jsonl all)" },
    ...LOOK_FLAGS,
  },
  more: `${QUERY_HELP}
A query that begins with - stands behind --, and one with quotes or spaces in
quotes of the shell.

Examples:
  tsq jobs class:ChargeJob error:Net::*
  tsq jobs class:ChargeJob --in running
  tsq jobs 'queue:low "card declined"'
  tsq jobs -- -queue:low after:2h

${EXIT_CODES}`,
  load: async () => ({ run: (await import("./jobs.ts")).jobs }),
};
