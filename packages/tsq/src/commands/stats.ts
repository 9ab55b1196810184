/** `tsq stats`: the numbers of the dashboard's first page. */
import { Stats } from "@tsq/core/api";
import type { QueueSummary, StatsSnapshot } from "@tsq/core/api";
import { VERSION } from "@tsq/core/protocol";
import { spanText, utcText } from "../cli/ages.ts";
import type { CommandContext } from "../cli/command.ts";
import { withCommas } from "../cli/counted.ts";
import { listTable } from "../cli/list-table.ts";
import { look } from "../cli/look.ts";
import type { LookFlags } from "../cli/look-flags.ts";
import { naturalWidths, totalWidth } from "../cli/narrowed.ts";
import type { Column } from "../cli/narrowed.ts";
import { terminalText } from "../cli/terminal-text.ts";

export const stats = (context: CommandContext, flags: LookFlags): Promise<void> =>
  look(context, flags, async (api) => {
    const now = await new Stats(api).fetch();
    const document = statsJson(now);
    return { document, lines: [document], text: (width) => textOf(now, width) };
  });

const statsJson = (now: StatsSnapshot) => ({
  processed: now.processed,
  failed: now.failed,
  scheduled: now.scheduled,
  retries: now.retries,
  dead: now.dead,
  processes: now.processes,
  enqueued: now.enqueued,
  workers: now.workers,
  default_queue_latency: now.defaultQueueLatency,
  queues: now.queues.map(({ name, size, latency, paused }) => ({ name, size, latency, paused })),
});

const textOf = (now: StatsSnapshot, width: number): string => {
  const head = `tsq ${VERSION}, ${utcText(new Date())} UTC`;
  const totals = totalsTable(now, width);
  if (now.queues.length === 0) return [head, totals].join("\n\n");
  const [shown, more] = longest(now.queues);
  const isPaused = shown.some(({ paused }) => paused);
  const queues = listTable(
    // An empty column looks as if something were missing.
    isPaused ? [...COLUMNS, { head: "" }] : COLUMNS,
    shown.map(({ name, size, latency, paused }) => [
      terminalText(name),
      withCommas(size),
      spanText(latency * 1_000),
      ...(isPaused ? [paused ? "paused" : ""] : []),
    ]),
    width,
  );
  const rest = more > 0 ? `\nand ${withCommas(more)} more: tsq queues has all` : "";
  return [head, totals, queues + rest].join("\n\n");
};

const COLUMNS: readonly Column[] = [
  { head: "Queue", cuts: "name" },
  { head: "Size", isNumber: true },
  { head: "Latency", isNumber: true },
];

/** A row of numbers, or where they have no room beside each other, one below the other. */
const totalsTable = (now: StatsSnapshot, width: number): string => {
  const totals = [
    ["Processed", now.processed],
    ["Failed", now.failed],
    ["Busy", now.workers],
    ["Enqueued", now.enqueued],
    ["Retries", now.retries],
    ["Scheduled", now.scheduled],
    ["Dead", now.dead],
    ["Processes", now.processes],
  ] as const;
  const columns = totals.map(([head]) => ({ head, isNumber: true }));
  const row = totals.map(([, count]) => withCommas(count));
  const widths = naturalWidths(columns, [row]);
  if (totalWidth(widths) <= width) return listTable(columns, [row], width);
  const widest = Math.max(...row.map((count) => count.length));
  return totals.map(([head], i) => `${head.padEnd(11)}${row[i]?.padStart(widest)}`).join("\n");
};

/** More of them are no glance. */
const MOST_QUEUES = 100;

/** Those that have most jobs, in their order, and how many others there are. */
const longest = (queues: readonly QueueSummary[]): readonly [readonly QueueSummary[], number] => {
  const more = queues.length - MOST_QUEUES;
  if (more <= 0) return [queues, 0];
  const bySize = queues.toSorted((one, other) => other.size - one.size).slice(0, MOST_QUEUES);
  const kept = new Set(bySize);
  return [queues.filter((queue) => kept.has(queue)), more];
};
