/** `tsq queues`: all of them, and who serves each. */
import { ProcessSet, Stats } from "@tsq/core/api";
import type { ProcessRecord, QueueSummary } from "@tsq/core/api";
import { spanText } from "../cli/ages.ts";
import type { CommandContext } from "../cli/command.ts";
import { withCommas } from "../cli/counted.ts";
import { listTable } from "../cli/list-table.ts";
import { look } from "../cli/look.ts";
import type { LookFlags } from "../cli/look-flags.ts";
import { terminalText } from "../cli/terminal-text.ts";

export const queues = (context: CommandContext, flags: LookFlags): Promise<void> =>
  look(context, flags, async (api) => {
    const [{ queues: all }, processes] = await Promise.all([
      new Stats(api).fetch(),
      new ProcessSet(api).all(),
    ]);
    const rows = all.map((queue) => queueJson(queue, processes));
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

const queueJson = (queue: QueueSummary, processes: readonly ProcessRecord[]): QueueRow => ({
  name: queue.name,
  size: queue.size,
  latency: queue.latency,
  paused: queue.paused,
  served_by: processes.filter((process) => process.serves(queue.name)).length,
});

const queueTable = (rows: readonly QueueRow[], width: number): string =>
  rows.length === 0
    ? "none: nothing was ever pushed here"
    : listTable(
        [
          { head: "Queue", cuts: "name" },
          { head: "Size", isNumber: true },
          { head: "Latency", isNumber: true },
          { head: "Served by", isNumber: true },
          { head: "" },
        ],
        rows.map(({ name, size, latency, paused, served_by: served }) => [
          terminalText(name),
          withCommas(size),
          spanText(latency * 1_000),
          served === 0 ? "nobody" : withCommas(served),
          paused ? "paused" : "",
        ]),
        width,
      );
