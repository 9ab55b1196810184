/** `tsq errors` as `--help` shows it. */
import type { CommandSpec } from "../cli/command.ts";
import { EXIT_CODES, LIST_FLAGS, QUERY_HELP } from "../cli/look-flags.ts";
import type { ListFlags } from "../cli/look-flags.ts";
import { whereInstead } from "../cli/where-instead.ts";

export const ERRORS: CommandSpec<ListFlags> = {
  name: "errors",
  summary: "list what retries and dead jobs failed by, each error once",
  beyond: (given) => `${whereInstead("tsq errors", given)} tsq jobs QUERY finds the jobs.`,
  flags: { ...LIST_FLAGS, limit: { option: "-n, --limit <n>", tells: "show so many (default: 25)" } },
  more: `Joined are the job's class, the error's class and its message; numbers, ids,
addresses and quotations in a message count as one. What group: names finds its
jobs again:
  tsq jobs group:5f0c2e6a91b3d4e7
  tsq retry --where group:5f0c2e6a91b3d4e7

${QUERY_HELP}

${EXIT_CODES}`,
  load: async () => ({ run: (await import("./errors.ts")).errors }),
};
