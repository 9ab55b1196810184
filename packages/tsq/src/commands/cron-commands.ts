/** `tsq cron …`: periodic jobs, shared with sidekiq-cron. */
import type { CommandGroup } from "../cli/command.ts";
import { CRON_DELETE, CRON_DISABLE, CRON_ENABLE, CRON_RUN } from "./cron-change-commands.ts";
import { CRON_LIST } from "./cron-list-command.ts";
import { CRON_LOAD } from "./cron-load-command.ts";
import { CRON_NEXT } from "./cron-next-command.ts";
import { CRON_SHOW } from "./cron-show-command.ts";

export const CRON: CommandGroup = {
  name: "cron",
  summary: "look at periodic jobs, which are sidekiq-cron's, and change them",
  commands: [CRON_LIST, CRON_SHOW, CRON_LOAD, CRON_ENABLE, CRON_DISABLE, CRON_RUN, CRON_DELETE, CRON_NEXT],
};
