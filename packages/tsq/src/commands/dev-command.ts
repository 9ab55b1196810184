/** `tsq dev` as `--help` shows it. */
import type { CommandSpec } from "../cli/command.ts";
import type { WorkFlags } from "../cli/options.ts";
import type { ServerKind } from "../servers/dev-server.ts";

/** The flags of `tsq work` that its worker gets as they are. */
export interface PassedOnFlags extends Pick<WorkFlags, "require" | "config"> {
  readonly queue?: readonly string[];
  readonly concurrency?: string;
  readonly verbose?: boolean;
}

export interface DevFlags extends PassedOnFlags {
  readonly server?: ServerKind;
  readonly watch?: boolean;
  readonly web?: boolean;
  readonly redis?: string;
}

export const DEV: CommandSpec<DevFlags> = {
  name: "dev",
  summary:
    "a worker for development: with a Redis of its own when there is none, restarted when files change",
  flags: async () => (await import("./dev-flags.ts")).DEV_FLAGS,
  more: `An explicit Redis (flag, REDIS_PROVIDER, REDIS_URL) is used and never replaced.
Without one tsq looks for a Redis or Valkey on localhost:6379, and else starts
an embedded Valkey whose data stays in .tsq/.

Exit codes: 0 stopped; 1 bad usage, bad configuration, or a server of its own
that has ended. With --no-watch that of its worker, when it ends by itself.`,
  load: async () => ({ run: (await import("./dev.ts")).dev }),
};
