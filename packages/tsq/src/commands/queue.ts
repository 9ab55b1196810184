/** `tsq queue`: the jobs of one. */
import { Queue } from "@tsq/core/api";
import type { CommandContext } from "../cli/command.ts";
import { look } from "../cli/look.ts";
import type { ListFlags } from "../cli/look-flags.ts";
import { listOfQueue } from "../jobs/job-lists.ts";
import { listReading } from "../jobs/list-reading.ts";
import { existingQueue } from "../jobs/named-queues.ts";

export const queue = (context: CommandContext, flags: ListFlags, name: string): Promise<void> =>
  look(context, flags, async (api) =>
    listReading(listOfQueue(new Queue(await existingQueue(api, name), api)), flags),
  );
