/** The queues as rows of a table. */
import type { QueueSummary } from "@tsq/core/api";
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
