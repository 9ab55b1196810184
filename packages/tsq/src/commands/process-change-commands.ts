/** `tsq quiet` and `stop` as `--help` shows them. */
import type { Arg, CommandSpec, Flag } from "../cli/command.ts";
import { REDIS } from "../cli/flags.ts";
import { YES } from "./cron-flags.ts";

export interface ProcessChangeFlags {
  readonly all?: boolean;
  readonly reason?: string;
  readonly yes?: boolean;
  readonly json?: boolean;
  readonly redis?: string;
}

const IDENTITY: readonly Arg[] = [
  { name: "identity", tells: "as tsq ps shows it, or its beginning", fallback: "" },
];

const FLAGS = {
  all: { option: "--all", tells: "all processes, Ruby's too" },
  reason: { option: "--reason <text>", tells: "why, for the audit trail" },
  yes: YES,
  json: { option: "--json", tells: "print what was done as JSON" },
  redis: REDIS,
} satisfies Record<string, Flag>;

const EXITS = `A process hears of it at its next heartbeat, within ten seconds. One that is
embedded in another program obeys that program alone.

Exit codes: 0 told, also where somebody said no; 1 no such process, ended by
Ctrl-C, no --yes where nobody can be asked, bad usage, bad configuration or no
Redis.`;

export const QUIET: CommandSpec<ProcessChangeFlags> = {
  name: "quiet",
  summary: "tell a process to take no more jobs",
  args: IDENTITY,
  flags: FLAGS,
  more: `Its running jobs go on. Nothing undoes it but to start the process again.

${EXITS}`,
  load: async () => ({ run: (await import("./process-change.ts")).quiet }),
};

export const STOP: CommandSpec<ProcessChangeFlags> = {
  name: "stop",
  summary: "tell a process to end, and to hand back what it cannot finish",
  args: IDENTITY,
  flags: FLAGS,
  more: EXITS,
  load: async () => ({ run: (await import("./process-change.ts")).stop }),
};
