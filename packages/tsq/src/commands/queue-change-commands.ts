/** `tsq pause`, `resume` and `clear` as `--help` shows them. */
import type { Arg, CommandSpec, Flag } from "../cli/command.ts";
import { REDIS } from "../cli/flags.ts";
import { EXIT_CODES } from "../cli/look-flags.ts";
import { YES } from "./cron-flags.ts";

export interface QueueChangeFlags {
  readonly reason?: string;
  readonly json?: boolean;
  readonly redis?: string;
}

export interface ClearFlags extends QueueChangeFlags {
  readonly yes?: boolean;
}

const NAME: readonly Arg[] = [{ name: "queue", tells: "the name of the queue" }];

const FLAGS = {
  reason: { option: "--reason <text>", tells: "why, for the audit trail" },
  json: { option: "--json", tells: "print what was done as JSON" },
  redis: REDIS,
} satisfies Record<string, Flag>;

export const PAUSE: CommandSpec<QueueChangeFlags> = {
  name: "pause",
  summary: "let workers take nothing from a queue, until it is resumed",
  args: NAME,
  flags: FLAGS,
  more: `Jobs may still be pushed there, and what runs goes on. Ruby leaves a paused
queue alone with Sidekiq Pro only.

${EXIT_CODES}`,
  load: async () => ({ run: (await import("./queue-change.ts")).pause }),
};

export const RESUME: CommandSpec<QueueChangeFlags> = {
  name: "resume",
  summary: "end the pause of a queue",
  args: NAME,
  flags: FLAGS,
  more: EXIT_CODES,
  load: async () => ({ run: (await import("./queue-change.ts")).resume }),
};

export const CLEAR: CommandSpec<ClearFlags> = {
  name: "clear",
  summary: "delete a queue with all its jobs",
  args: NAME,
  flags: { yes: YES, ...FLAGS },
  more: `Some of its jobs are deleted by tsq delete --where QUERY --in queue:NAME.

Exit codes: 0 done, also where somebody said no; 1 no --yes where nobody can be
asked, bad usage, bad configuration or no Redis.`,
  load: async () => ({ run: (await import("./queue-change.ts")).clear }),
};
