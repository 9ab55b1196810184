/** `tsq health` as `--help` shows it. */
import type { CommandSpec } from "../cli/command.ts";
import { REDIS } from "../cli/flags.ts";

export interface HealthFlags {
  readonly queue?: readonly string[];
  readonly here?: boolean;
  readonly json?: boolean;
  readonly redis?: string;
}

export const HEALTH: CommandSpec<HealthFlags> = {
  name: "health",
  summary: "end with 0 when Redis answers and a process is alive, else with 1",
  flags: {
    queue: {
      option: "-q, --queue <name>",
      tells: "one must take jobs from this queue; may be repeated",
      isList: true,
    },
    here: { option: "--here", tells: "only processes of this machine count" },
    json: { option: "--json", tells: "print as JSON" },
    redis: REDIS,
  },
  more: `Alive is a process, Ruby's or tsq's, whose heartbeat is at most 60 seconds old.
With -q it must take jobs from the queue, and not be quiet. No job is pushed.
A Redis that is full is warned of on standard error, with 0.

As a probe of Kubernetes, in the container of a worker:
  livenessProbe:
    exec: { command: [node_modules/.bin/tsq, health, --here] }
    initialDelaySeconds: 30
    timeoutSeconds: 10

Exit codes: 0 healthy; 1 not, with the reason in one line, bad usage, bad
configuration or no Redis.`,
  load: async () => ({ run: (await import("./health.ts")).health }),
};
