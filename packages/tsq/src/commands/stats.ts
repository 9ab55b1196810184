/** `tsq stats`: the numbers of the dashboard's first page. */
import { Stats } from "@tsq/core/api";
import type { QueueSummary, StatsSnapshot } from "@tsq/core/api";
import { VERSION } from "@tsq/core/protocol";
import { utcText } from "../cli/ages.ts";
import type { CommandContext } from "../cli/command.ts";
import { withCommas } from "../cli/counted.ts";
import { look } from "../cli/look.ts";
import type { LookFlags } from "../cli/look-flags.ts";
import { terminalTable } from "../cli/terminal-table.ts";
import { terminalText } from "../cli/terminal-text.ts";

export const stats = (context: CommandContext, flags: LookFlags): Promise<void> =>
  look(context, flags, async (api) => {
    const now = await new Stats(api).fetch();
    const document = statsJson(now);
    return { document, lines: [document], text: () => textOf(now) };
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

const textOf = (now: StatsSnapshot): string => {
  const { processed, failed, workers: busy, enqueued, retries, scheduled, dead, processes } = now;
  const totals = terminalTable({
    head: ["Processed", "Failed", "Busy", "Enqueued", "Retries", "Scheduled", "Dead", "Processes"],
    rows: [[processed, failed, busy, enqueued, retries, scheduled, dead, processes].map(withCommas)],
  });
  const head = `tsq ${VERSION}, ${utcText(new Date())} UTC`;
  if (now.queues.length === 0) return [head, totals].join("\n");
  const [shown, more] = longest(now.queues);
  const isPaused = shown.some(({ paused }) => paused);
  const queues = terminalTable({
    // An empty column looks as if something were missing.
    head: ["Queue", "Size", "Latency (s)", ...(isPaused ? ["State"] : [])],
    rows: shown.map(({ name, size, latency, paused }) => [
      terminalText(name),
      withCommas(size),
      latency.toFixed(2),
      ...(isPaused ? [paused ? "paused" : ""] : []),
    ]),
    hasNames: true,
  });
  const rest = more > 0 ? [`and ${withCommas(more)} more: tsq queues has all`] : [];
  return [head, totals, queues, ...rest].join("\n");
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
