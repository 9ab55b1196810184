/** `tsq dev` as `--help` shows it. */
import type { CommandSpec, Flags } from "../cli/command.ts";
import { REDIS, VERBOSE } from "../cli/flags.ts";
import type { WorkFlags } from "../cli/options.ts";
import type { ServerKind } from "../servers/dev-server.ts";

/** The flags of `tsq work` that its worker gets as they are. */
type PassedOnFlags = Pick<WorkFlags, "require" | "queue" | "concurrency" | "config" | "verbose">;

export interface DevFlags extends PassedOnFlags {
  readonly server?: ServerKind;
  readonly watch?: boolean;
  readonly redis?: string;
}

export const PASSED_ON: Flags<PassedOnFlags> = {
  require: {
    option: "-r, --require <file>",
    tells: "module that exports jobs; may be repeated (default: jobs.ts, jobs.js)",
    isList: true,
  },
  queue: {
    option: "-q, --queue <name[,weight]>",
    tells: "queue to process; may be repeated (default: those of the jobs)",
    isList: true,
  },
  concurrency: { option: "-c, --concurrency <n>", tells: "how many jobs run at once" },
  config: { option: "-C, --config <file>", tells: "config file" },
  verbose: VERBOSE,
};

export const DEV: CommandSpec<DevFlags> = {
  name: "dev",
  summary:
    "a worker for development: with a Redis of its own when there is none, restarted when files change",
  flags: {
    ...PASSED_ON,
    server: {
      option: "--server <kind>",
      tells: "start this server instead of looking for one",
      choices: ["embedded", "native"],
    },
    watch: { option: "--no-watch", tells: "do not restart when files change" },
    redis: REDIS,
  },
  more: `An explicit Redis (flag, REDIS_PROVIDER, REDIS_URL) is used and never replaced.
Without one tsq looks for a Redis or Valkey on localhost:6379, and else starts
an embedded Valkey whose data stays in .tsq/.`,
  load: async () => ({ run: (await import("./dev.ts")).dev }),
};
