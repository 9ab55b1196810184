/** `tsq stats`: the numbers of the dashboard's first page. */
import { TsqError } from "@tsq/core";
import { Stats } from "@tsq/core/api";
import { checkServer, whyUnusable } from "@tsq/core/protocol";
import { redisFrom } from "../config/redis-url.ts";
import { terminalTable } from "../cli/terminal-table.ts";
import { terminalText } from "../cli/terminal-text.ts";

export interface StatsFlags {
  readonly json?: boolean;
  readonly redis?: string;
}

export const stats = async (flags: StatsFlags): Promise<void> => {
  const { url } = redisFrom(flags.redis, process.env);
  await checkServer(url);
  await using source = new Stats({ redis: url });
  const now = await source.fetch().catch((error: Error) => {
    throw error instanceof TsqError ? error : whyUnusable(url, error, "Set REDIS_URL or pass --redis URL.");
  });
  if (flags.json) {
    process.stdout.write(`${JSON.stringify(now)}\n`);
    return;
  }
  const { processed, failed, busy, enqueued, retries, scheduled, dead, processes } = {
    ...now,
    busy: now.workers,
  };
  const totals = terminalTable({
    head: ["Processed", "Failed", "Busy", "Enqueued", "Retries", "Scheduled", "Dead", "Processes"],
    rows: [[processed, failed, busy, enqueued, retries, scheduled, dead, processes].map(String)],
  });
  const queues = terminalTable({
    head: ["Queue", "Size", "Latency (s)", ""],
    rows: now.queues.map(({ name, size, latency, paused }) => [
      terminalText(name),
      String(size),
      latency.toFixed(2),
      paused ? "paused" : "",
    ]),
    hasNames: true,
  });
  process.stdout.write(`${totals}\n${now.queues.length > 0 ? `${queues}\n` : ""}`);
};
