/** `tsq deploy` as `--help` shows it. */
import type { CommandSpec } from "../cli/command.ts";
import { REDIS } from "../cli/flags.ts";
import { EXIT_CODES } from "../cli/look-flags.ts";

export interface DeployFlags {
  readonly json?: boolean;
  readonly redis?: string;
}

export const DEPLOY: CommandSpec<DeployFlags> = {
  name: "deploy",
  summary: "mark a deploy in the metrics, as Sidekiq::Deploy does",
  args: [
    {
      name: "label",
      tells: "what was deployed (default: the last commit, by git log -1 --format='%h %s')",
      fallback: "",
    },
  ],
  flags: { json: { option: "--json", tells: "print as JSON" }, redis: REDIS },
  more: `The charts of the dashboard and of Sidekiq::Web show it, and tsq errors says
since which deploy an error is there. Every machine of a deploy may mark it:
within a minute the same label counts once.

${EXIT_CODES}`,
  load: async () => ({ run: (await import("./deploy.ts")).deploy }),
};
