/** `tsq push` as `--help` shows it. */
import type { CommandSpec } from "../cli/command.ts";
import { REDIS } from "../cli/flags.ts";

export interface PushFlags {
  readonly queue?: string;
  readonly in?: string;
  readonly at?: string;
  readonly retry?: string;
  readonly json?: boolean;
  readonly redis?: string;
}

export const PUSH: CommandSpec<PushFlags> = {
  name: "push",
  summary: "enqueue a job and print its jid",
  args: [
    { name: "class", tells: "the job's class, as Ruby calls it" },
    { name: "args", tells: "its arguments as a JSON array", fallback: "[]" },
  ],
  flags: {
    queue: { option: "-q, --queue <name>", tells: "queue to push to (default: default)" },
    in: { option: "--in <seconds>", tells: "run it in so many seconds" },
    at: { option: "--at <time>", tells: "run it at an ISO 8601 time, or at seconds since 1970" },
    retry: {
      option: "--retry <n>",
      tells: "how often it is retried: a number, true or false (default: true, 25 times)",
    },
    json: { option: "--json", tells: "print the jid as JSON" },
    redis: REDIS,
  },
  more: `Examples:
  tsq push HardJob
  tsq push SendWelcomeJob '[42, "hello"]' --queue mailers --retry 5
  tsq push ReportJob '[7]' --at 2030-01-01T09:00:00Z`,
  load: async () => ({ run: (await import("./push.ts")).push }),
};
