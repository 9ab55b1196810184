/** `tsq top` as `--help` shows it. */
import type { CommandSpec } from "../cli/command.ts";
import { GOAL, REDIS } from "../cli/flags.ts";
import { QUERY_HELP } from "../cli/look-flags.ts";
import { ALL_BINDINGS, LOOKING } from "../top/key-list.ts";
import { TITLES } from "../top/tabs.ts";

export interface TopFlags {
  readonly interval?: string;
  readonly goal?: readonly string[];
  readonly redis?: string;
}

const KEY = 14;

const linesOf = (keys: readonly (readonly [key: string, tells: string])[]): string =>
  keys.map(([key, tells]) => `  ${key.padEnd(KEY)}  ${tells}`).join("\n");

export const TOP: CommandSpec<TopFlags> = {
  name: "top",
  summary: "watch and repair on the whole screen, with the keys of Sidekiq's kiq",
  flags: {
    interval: {
      option: "--interval <seconds>",
      tells: "polling interval (default: 2); a Redis that is slow is asked less often",
    },
    goal: GOAL,
    redis: REDIS,
  },
  more: `Tabs: ${Object.values(TITLES).join(", ")}.

Keys that look, as ? shows them:
${linesOf(LOOKING)}

Keys that change something, for the row, or for all that is ticked:
${linesOf(ALL_BINDINGS.map(({ key, tells }) => [key, tells]))}
They count, say what follows and ask, as tsq retry and the like do, and what was
done stands in the audit trail.

${QUERY_HELP}

Exit codes: 0 done; 1 bad usage, no terminal or no Redis. Without a terminal use
tsq stats --watch, or tsq stats --json.`,
  load: async () => ({ run: (await import("./top.ts")).top }),
};
