/** The commands of tsq, in the order of `tsq --help`. */
import type { CommandGroup, CommandSpec } from "../cli/command.ts";
import { CRON } from "./cron-commands.ts";
import { DEV } from "./dev-command.ts";
import { PUSH } from "./push-command.ts";
import { STATS } from "./stats-command.ts";
import { WEB } from "./web-command.ts";
import { WORK } from "./work-command.ts";

export const COMMANDS: readonly (CommandSpec | CommandGroup)[] = [WORK, PUSH, DEV, WEB, STATS, CRON];
