/** `tsq web` as `--help` shows it. */
import type { CommandSpec } from "../cli/command.ts";
import { GOAL, REDIS } from "../cli/flags.ts";

export interface WebFlags {
  readonly port?: string;
  readonly host?: string;
  readonly basePath?: string;
  readonly readOnly?: boolean;
  readonly proxy?: readonly string[];
  readonly requestsPerMinute?: string;
  readonly goal?: readonly string[];
  readonly redis?: string;
}

export const WEB: CommandSpec<WebFlags> = {
  name: "web",
  summary: "the dashboard, until it is stopped",
  flags: {
    port: { option: "-p, --port <n>", tells: "where it listens; 0 takes a free one (default: 4567)" },
    host: {
      option: "--host <address>",
      tells: "for whom it listens (default: 127.0.0.1, this machine alone)",
    },
    basePath: { option: "--base-path <path>", tells: "the path under which a proxy shows it" },
    readOnly: { option: "--read-only", tells: "nobody may change anything" },
    proxy: {
      option: "--proxy <address>",
      tells: "a proxy in front of it, or a network: X-Forwarded-For is believed; may be repeated",
      isList: true,
    },
    requestsPerMinute: {
      option: "--requests-per-minute <n>",
      tells: "so many pages one viewer may ask for; 0 limits nobody (default: 1200)",
    },
    goal: GOAL,
    redis: REDIS,
  },
  more: `Beyond this machine it wants a password: set TSQ_WEB_PASSWORD, and TSQ_WEB_USER
if the name is not to be admin. Put TLS in front of it, and name what does that
by --proxy: else all who come by it wait when one of them guesses passwords.

Exit codes: 0 stopped; 1 bad usage, bad configuration, or an address that it
cannot listen on. Without Redis it goes on, and its pages say so.`,
  load: async () => ({ run: (await import("./web.ts")).web }),
};
