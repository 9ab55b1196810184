/** `tsq stats`: the numbers of the dashboard's first page. */
import { TsqError } from "@tsq/core";
import { Stats } from "@tsq/core/api";
import { whyUnusable } from "@tsq/core/protocol";
import type { CommandContext } from "../cli/command.ts";
import { terminalText } from "../cli/terminal-text.ts";
import type { StatsFlags } from "./stats-command.ts";

export const stats = async (context: CommandContext, flags: StatsFlags): Promise<void> => {
  const { url } = await context.redis();
  await using source = new Stats({ redis: url });
  const now = await source.fetch().catch((error: Error) => {
    throw error instanceof TsqError ? error : whyUnusable(url, error, "Set REDIS_URL or pass --redis URL.");
  });
  if (flags.json) return context.out.json(now);
  const { processed, failed, busy, enqueued, retries, scheduled, dead, processes } = {
    ...now,
    busy: now.workers,
  };
  await context.out.table({
    head: ["Processed", "Failed", "Busy", "Enqueued", "Retries", "Scheduled", "Dead", "Processes"],
    rows: [[processed, failed, busy, enqueued, retries, scheduled, dead, processes].map(String)],
  });
  if (now.queues.length === 0) return;
  await context.out.table({
    head: ["Queue", "Size", "Latency (s)", ""],
    rows: now.queues.map(({ name, size, latency, paused }) => [
      terminalText(name),
      String(size),
      latency.toFixed(2),
      paused ? "paused" : "",
    ]),
    hasNames: true,
  });
};
