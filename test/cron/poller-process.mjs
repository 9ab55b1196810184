/**
 * A poller of the cron schedule as a process of its own, with a clock that the test sets, for a real kill -9. It runs the
 * built packages, as users do.
 */
import { Chain } from "@tsq/core";
import { JidSource, JobRegistry } from "@tsq/core/protocol";
import { Redis } from "ioredis";
import { CronPoller } from "../../packages/cron/dist/poll/cron-poller.js";

// Nobody is left to end it.
process.once("disconnect", () => process.exit(1));

const redis = new Redis(process.env.CRON_REDIS_URL, {
  maxRetriesPerRequest: 1,
  retryStrategy: () => 50,
  replyMapping: "legacy",
});
redis.on("error", () => {});
const jids = new JidSource();
// Each at once: what is killed afterwards has told it.
const tell = (what, ...told) => process.send?.({ told: [what, ...told] });

const poller = new CronPoller({
  redis: () => redis,
  client: () => ({ nextJid: () => jids.next(), defaultJobOptions: {} }),
  middleware: new Chain([]),
  registry: new JobRegistry([]),
  wire: () => 8,
  identity: `test:${process.pid}`,
  random: Math.random,
  namespaces: async () => ["default"],
  tell: {
    failed: () => {},
    missed: (key, missed) => {
      for (const { tickMs } of missed) tell("missed", key, new Date(tickMs).toISOString());
    },
    repaired: () => {},
    twice: () => {},
    left: () => {},
    fired: (key, tick, what) => tell("fired", key, tick, what),
  },
  watch: () => {},
});

process.on("message", ({ number, atMs }) => {
  poller.poll(atMs).then(
    () => process.send?.({ polled: number }),
    (error) => process.send?.({ polled: number, error: String(error) }),
  );
});
