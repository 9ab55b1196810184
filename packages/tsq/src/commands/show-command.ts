/** `tsq show` as `--help` shows it. */
import type { CommandSpec } from "../cli/command.ts";
import { LOOK_FLAGS } from "../cli/look-flags.ts";
import type { LookFlags } from "../cli/look-flags.ts";

export const SHOW: CommandSpec<LookFlags> = {
  name: "show",
  summary: "show a job, wherever it is, and what it has been through",
  args: [{ name: "jid", tells: "the job's id" }],
  flags: LOOK_FLAGS,
  more: `It is looked for among what runs, in the three sets, and among the first
100,000 jobs on queues. A job that is done is nowhere: Sidekiq does not keep it.

Exit codes: 0 found; 1 nowhere, bad usage, bad configuration or no Redis.`,
  load: async () => ({ run: (await import("./show.ts")).show }),
};
