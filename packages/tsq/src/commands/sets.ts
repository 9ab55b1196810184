/** `tsq retries`, `scheduled` and `dead`. */
import type { CommandContext } from "../cli/command.ts";
import { look } from "../cli/look.ts";
import type { ListFlags } from "../cli/look-flags.ts";
import { listOfSet } from "../jobs/job-lists.ts";
import { listReading } from "../jobs/list-reading.ts";

export const retries = (context: CommandContext, flags: ListFlags): Promise<void> =>
  look(context, flags, (api) => listReading(listOfSet(api, "retry"), flags));

export const scheduled = (context: CommandContext, flags: ListFlags): Promise<void> =>
  look(context, flags, (api) => listReading(listOfSet(api, "scheduled"), flags));

export const dead = (context: CommandContext, flags: ListFlags): Promise<void> =>
  look(context, flags, (api) => listReading(listOfSet(api, "dead"), flags));
