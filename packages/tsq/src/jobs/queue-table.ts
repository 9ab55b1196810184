/** The queues as rows of a table. */
import type { ProcessRecord, QueueSummary } from "@tsq/core/api";
import { spanText } from "../cli/ages.ts";
import { withCommas } from "../cli/counted.ts";
import type { Column } from "../cli/narrowed.ts";
import { terminalText } from "../cli/terminal-text.ts";

export const QUEUE_COLUMNS: readonly Column[] = [
  { head: "Queue", cuts: "name" },
  { head: "Size", isNumber: true },
  { head: "Latency", isNumber: true },
  { head: "Served by", isNumber: true },
  { head: "" },
];

/** @param served by how many processes */
export const queueCells = (
  { name, size, latency, paused }: QueueSummary,
  served: number,
): readonly string[] => [
  terminalText(name),
  withCommas(size),
  spanText(latency * 1_000),
  served === 0 ? "nobody" : withCommas(served),
  paused ? "paused" : "",
];

/** How many processes take jobs from each queue; of those that nobody serves there is none. */
export const servedBy = (processes: readonly ProcessRecord[]): ReadonlyMap<string, number> => {
  const counts = new Map<string, number>();
  for (const process of processes) {
    // Not each queue of each process: a thousand of both are a million questions.
    for (const queue of new Set(process.queues))
      if (process.serves(queue)) counts.set(queue, (counts.get(queue) ?? 0) + 1);
  }
  return counts;
};
