/** `tsq cron …`: periodic jobs, shared with sidekiq-cron. */
import type { CommandGroup } from "../cli/command.ts";
import { CRON_NEXT } from "./cron-next-command.ts";

export const CRON: CommandGroup = {
  name: "cron",
  summary: "look at periodic jobs, which are sidekiq-cron's",
  commands: [CRON_NEXT],
};
