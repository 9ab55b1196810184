/** `tsq push` as `--help` shows it. */
import type { CommandSpec } from "../cli/command.ts";
import { REDIS } from "../cli/flags.ts";

export interface PushFlags {
  readonly queue?: string;
  readonly in?: string;
  readonly at?: string;
  readonly retry?: string;
  readonly bulk?: string;
  readonly json?: boolean;
  readonly redis?: string;
}

export const PUSH: CommandSpec<PushFlags> = {
  name: "push",
  summary: "enqueue a job and print its jid, or many from a file",
  args: [
    { name: "class", tells: "the job's class, as Ruby calls it" },
    { name: "args", tells: "its arguments as a JSON array (default: none)", fallback: "" },
  ],
  flags: {
    queue: { option: "-q, --queue <name>", tells: "queue to push to (default: default)" },
    in: { option: "--in <time>", tells: "run it in so many seconds, or in 5m, 2h, 3d or 1w" },
    at: {
      option: "--at <time>",
      tells: "run it at an ISO 8601 time (UTC without a zone), or at seconds since 1970",
    },
    retry: {
      option: "--retry <n>",
      tells: "how often it is retried: a number, true or false (default: true, 25 times)",
    },
    bulk: {
      option: "--bulk <file>",
      tells: "a job for each list of arguments in a file; - is standard input",
    },
    json: { option: "--json", tells: "print the jid, or the jids, as JSON" },
    redis: REDIS,
  },
  more: `Examples:
  tsq push HardJob
  tsq push SendWelcomeJob '[42, "hello"]' --queue mailers --retry 5
  tsq push ReportJob '[7]' --at 2030-01-01T09:00:00Z
  tsq push ImportJob --bulk imports.jsonl
  psql -Atc 'select json_build_array(id) from users' | tsq push SyncJob --bulk -

The file has a JSON array of arguments in each line, or is one JSON array of
such arrays; one whose name ends in .jsonl has lines. A file is checked before
its first job is pushed. Ctrl-C ends it between two jobs, and says where.

Exit codes: 0 pushed; 1 bad usage, bad arguments, ended by Ctrl-C, bad
configuration or no Redis.`,
  load: async () => ({ run: (await import("./push.ts")).push }),
};
