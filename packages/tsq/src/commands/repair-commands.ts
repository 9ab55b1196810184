/** `tsq retry`, `kill`, `delete`, `move` and `cancel` as `--help` shows them. */
import type { CommandSpec } from "../cli/command.ts";
import { JIDS, REPAIR_FLAGS, REPAIR_HELP } from "./repair-flags.ts";
import type { MoveFlags, RepairFlags } from "./repair-flags.ts";

export const RETRY: CommandSpec<RepairFlags> = {
  name: "retry",
  summary: "put failed jobs on their queues now: by jid or by a query",
  args: JIDS,
  flags: REPAIR_FLAGS,
  more: `It looks in the retry set and the dead set (--in retry, --in dead), and with
--in scheduled runs what waits for its time.

Examples:
  tsq retry 4f2b7f0e9a8c4d5e6f708192
  tsq retry --where 'class:ChargeJob error:Net::*' --per-second 50
  tsq retry --all --in dead --yes

${REPAIR_HELP}`,
  load: async () => ({ run: (await import("./repair.ts")).retry }),
};

export const KILL: CommandSpec<RepairFlags> = {
  name: "kill",
  summary: "move jobs to the dead set: by jid or by a query",
  args: JIDS,
  flags: REPAIR_FLAGS,
  more: `It looks in the retry set, the scheduled set and on all queues (--in retry,
--in scheduled, --in queues, --in queue:NAME).

${REPAIR_HELP}`,
  load: async () => ({ run: (await import("./repair.ts")).kill }),
};

export const DELETE: CommandSpec<RepairFlags> = {
  name: "delete",
  summary: "delete jobs for good: by jid or by a query",
  args: JIDS,
  flags: REPAIR_FLAGS,
  more: `It looks in all sets and on all queues (--in retry, --in dead, --in scheduled,
--in queues, --in queue:NAME). tsq clear QUEUE empties a queue at once.

${REPAIR_HELP}`,
  load: async () => ({ run: (await import("./repair.ts")).deleteJobs }),
};

export const MOVE: CommandSpec<MoveFlags> = {
  name: "move",
  summary: "move jobs to another queue: by jid or by a query",
  args: JIDS,
  flags: { to: { option: "--to <queue>", tells: "the queue that they go to" }, ...REPAIR_FLAGS },
  more: `It looks in all sets and on all queues (--in retry, --in dead, --in scheduled,
--in queues, --in queue:NAME). A job in a set stays there, and goes to that
queue when its time comes.

Example:
  tsq move --where tag:import --in queue:default --to bulk

${REPAIR_HELP}`,
  load: async () => ({ run: (await import("./repair.ts")).move }),
};

export const CANCEL: CommandSpec<RepairFlags> = {
  name: "cancel",
  summary: "say that nobody wants jobs any more, running ones too",
  args: JIDS,
  flags: REPAIR_FLAGS,
  more: `tsq starts a cancelled job no more, and a run of it is told within two seconds.
Ruby stops iterable jobs alone, from Sidekiq 7.3.3 on. By a query it looks among
what runs, in the retry set, the scheduled set and on all queues (--in running,
--in retry, --in scheduled, --in queues, --in queue:NAME).

${REPAIR_HELP}`,
  load: async () => ({ run: (await import("./cancel.ts")).cancel }),
};
