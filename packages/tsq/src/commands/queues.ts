/** `tsq queues`: all of them, and who serves each. */
import { ProcessSet, Stats } from "@tsq/core/api";
import type { QueueSummary } from "@tsq/core/api";
import type { CommandContext } from "../cli/command.ts";
import { listTable } from "../cli/list-table.ts";
import { look } from "../cli/look.ts";
import type { LookFlags } from "../cli/look-flags.ts";
import { QUEUE_COLUMNS, queueCells, servedBy } from "../jobs/queue-table.ts";

export const queues = (context: CommandContext, flags: LookFlags): Promise<void> =>
  look(context, flags, async (api) => {
    const [{ queues: all }, processes] = await Promise.all([
      new Stats(api).fetch(),
      new ProcessSet(api).all(),
    ]);
    const served = servedBy(processes);
    const rows = all.map((queue) => queueJson(queue, served.get(queue.name) ?? 0));
    return { document: { queues: rows }, lines: rows, text: (width) => queueTable(rows, width) };
  });

interface QueueRow {
  readonly name: string;
  readonly size: number;
  /** Seconds the oldest job has waited. */
  readonly latency: number;
  readonly paused: boolean;
  /** How many processes take jobs from it. */
  readonly served_by: number;
}

const queueJson = (queue: QueueSummary, served: number): QueueRow => ({
  name: queue.name,
  size: queue.size,
  latency: queue.latency,
  paused: queue.paused,
  served_by: served,
});

const queueTable = (rows: readonly QueueRow[], width: number): string =>
  rows.length === 0
    ? "none: nothing was ever pushed here"
    : listTable(
        QUEUE_COLUMNS,
        rows.map((row) => queueCells(row, row.served_by)),
        width,
      );
