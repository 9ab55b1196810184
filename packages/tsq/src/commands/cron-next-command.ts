/** `tsq cron next` as `--help` shows it. */
import type { CommandSpec } from "../cli/command.ts";

export interface CronNextFlags {
  readonly count?: string;
  readonly from?: string;
  readonly tz?: string;
  readonly json?: boolean;
}

export const CRON_NEXT: CommandSpec<CronNextFlags> = {
  name: "next",
  summary: "print when an expression fires next, as sidekiq-cron has it",
  args: [{ name: "expression", tells: "cron's notation or fugit's words, in quotes" }],
  beyond: "Quote the expression: tsq cron next '30 2 * * *'.",
  flags: {
    count: { option: "--count <n>", tells: "how many times, up to 1000 (default: 5)" },
    from: {
      option: "--from <time>",
      tells: "after this ISO 8601 time, or seconds since 1970 (default: now)",
    },
    tz: {
      option: "--tz <zone>",
      tells: "zone of an expression that names none (default: TZ, or the system's)",
    },
    json: { option: "--json", tells: "print a JSON array of ISO 8601 times in UTC" },
  },
  more: `Examples:
  tsq cron next '0 9 * * mon-fri'
  tsq cron next '30 2 * * *' --tz Europe/Paris --from 2027-03-27T12:00:00Z
  tsq cron next 'every weekday at five in America/New_York' --json

It needs no Redis.

Exit codes: 0 done; 1 no expression, one that never fires, or bad usage.`,
  load: async () => ({ run: (await import("./cron-next.ts")).cronNext }),
};
