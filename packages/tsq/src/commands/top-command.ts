/** `tsq top` as `--help` shows it. */
import type { CommandSpec } from "../cli/command.ts";
import { REDIS } from "../cli/flags.ts";
import { QUERY_HELP } from "../cli/look-flags.ts";

export interface TopFlags {
  readonly interval?: string;
  readonly redis?: string;
}

export const TOP: CommandSpec<TopFlags> = {
  name: "top",
  summary: "watch and repair on the whole screen, with the keys of Sidekiq's kiq",
  flags: {
    interval: {
      option: "--interval <seconds>",
      tells: "polling interval (default: 2); a Redis that is slow is asked less often",
    },
    redis: REDIS,
  },
  more: `Tabs: Home, Busy, Queues, Scheduled, Retries, Dead, Metrics.

Keys that look, as ? shows them:
  left/right, Tab   the tab beside this one; 1 to 7 name one
  j/k, up/down      the row below, above
  h/l, PgUp/PgDn    the page before, the next
  g/G               the first page, the last
  Enter             open: the job, the queue, what a finding is about
  Esc               back; untick; end the filter
  /                 filter
  x                 tick the row
  A                 tick all on the page; again: all that the list shows
  Ctrl-L            read and draw all anew
  Ctrl-Z            to the shell
  q, Ctrl-C         quit

Keys that change something, for the row, or for all that is ticked:
  R retry (Retries, Dead)     E enqueue (Scheduled)    K kill    D delete
  C cancel                    p pause, resume          D clear (Queues)
  Q quiet, T stop (Busy)
They count, say what follows and ask, as tsq retry and the like do, and what was
done stands in the audit trail.

${QUERY_HELP}

Exit codes: 0 done; 1 bad usage, no terminal or no Redis. Without a terminal use
tsq stats --watch, or tsq stats --json.`,
  load: async () => ({ run: (await import("./top.ts")).top }),
};
