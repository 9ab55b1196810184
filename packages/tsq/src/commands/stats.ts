/** `tsq stats`: the numbers of the dashboard's first page. */
import Table from "cli-table3";
import { Stats } from "@tsq/core/api";
import { checkServer, whyUnusable } from "@tsq/core/protocol";
import { redisFrom } from "../redis-url.ts";
import { terminalText } from "../terminal-text.ts";

export interface StatsFlags {
  readonly json?: boolean;
  readonly redis?: string;
}

export const stats = async (flags: StatsFlags): Promise<void> => {
  const { url } = redisFrom(flags.redis, process.env);
  await checkServer(url);
  await using source = new Stats({ redis: url });
  const now = await source.fetch().catch((error: Error) => {
    throw whyUnusable(url, error, "Set REDIS_URL or pass --redis URL.");
  });
  if (flags.json) {
    process.stdout.write(`${JSON.stringify(now)}\n`);
    return;
  }
  const { processed, failed, busy, enqueued, retries, scheduled, dead, processes } = {
    ...now,
    busy: now.workers,
  };
  const style = hasColors() ? {} : { head: [], border: [] };
  const totals = new Table({
    style,
    head: ["Processed", "Failed", "Busy", "Enqueued", "Retries", "Scheduled", "Dead", "Processes"],
  });
  totals.push([processed, failed, busy, enqueued, retries, scheduled, dead, processes].map(String));
  const queues = new Table({ style, head: ["Queue", "Size", "Latency (s)", ""] });
  for (const queue of now.queues) {
    queues.push([
      terminalText(queue.name),
      String(queue.size),
      queue.latency.toFixed(2),
      queue.paused ? "paused" : "",
    ]);
  }
  process.stdout.write(`${totals.toString()}\n${now.queues.length > 0 ? `${queues.toString()}\n` : ""}`);
};

/** The table's own look at TERM would colour a pipe too. */
const hasColors = (): boolean => process.stdout.isTTY && process.stdout.hasColors();
