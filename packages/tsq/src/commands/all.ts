/** The commands of tsq, in the order of `tsq --help`. */
import type { CommandGroup, CommandSpec } from "../cli/command.ts";
import { CRON } from "./cron-commands.ts";
import { DEPLOY } from "./deploy-command.ts";
import { DEV } from "./dev-command.ts";
import { DOCTOR } from "./doctor-command.ts";
import { ERRORS } from "./errors-command.ts";
import { HEALTH } from "./health-command.ts";
import { JOBS } from "./jobs-command.ts";
import { QUIET, STOP } from "./process-change-commands.ts";
import { PS } from "./ps-command.ts";
import { PUSH } from "./push-command.ts";
import { QUEUE } from "./queue-command.ts";
import { CLEAR, PAUSE, RESUME } from "./queue-change-commands.ts";
import { QUEUES } from "./queues-command.ts";
import { CANCEL, DELETE, KILL, MOVE, RETRY } from "./repair-commands.ts";
import { DEAD, RETRIES, SCHEDULED } from "./set-commands.ts";
import { SHOW } from "./show-command.ts";
import { STATS } from "./stats-command.ts";
import { TOP } from "./top-command.ts";
import { WEB } from "./web-command.ts";
import { WORK } from "./work-command.ts";

/** Commands that one looks for together. */
interface Shelf {
  /** As `tsq --help` has it. */
  readonly heading: string;
  readonly commands: readonly (CommandSpec | CommandGroup)[];
}

export const SHELVES: readonly Shelf[] = [
  { heading: "Run:", commands: [WORK, PUSH, DEV, WEB] },
  {
    heading: "Look:",
    commands: [TOP, STATS, PS, QUEUES, QUEUE, RETRIES, SCHEDULED, DEAD, JOBS, ERRORS, SHOW],
  },
  { heading: "Repair:", commands: [RETRY, KILL, DELETE, MOVE, CANCEL, PAUSE, RESUME, CLEAR, QUIET, STOP] },
  { heading: "Operate:", commands: [CRON, HEALTH, DEPLOY, DOCTOR] },
];

export const COMMANDS: readonly (CommandSpec | CommandGroup)[] = SHELVES.flatMap(({ commands }) => commands);
