/** `/stats` and `/stats/queues`: the JSON of Sidekiq::Web, field by field, for scrapers and uptime checks. */
import { Stats } from "@tsq/core/api";
import { json, redirect } from "../answers.ts";
import type { Route } from "../route.ts";

/** Of INFO, what Sidekiq::Web shows of it. */
const REDIS_FIELDS = [
  "redis_version",
  "uptime_in_days",
  "connected_clients",
  "used_memory_human",
  "used_memory_peak_human",
] as const;

const stats: Route = {
  method: "GET",
  path: "/stats",
  answer: async ({ api }) => {
    const [now, info] = await Promise.all([new Stats(api).fetch(), api.redis.info()]);
    return json({
      sidekiq: {
        processed: now.processed,
        failed: now.failed,
        busy: now.workers,
        processes: now.processes,
        enqueued: now.enqueued,
        scheduled: now.scheduled,
        retries: now.retries,
        dead: now.dead,
        default_latency: now.defaultQueueLatency,
      },
      redis: pick(info),
      server_utc_time: `${new Date().toISOString().slice(11, 19)} UTC`,
    });
  },
};

const queues: Route = {
  method: "GET",
  path: "/stats/queues",
  answer: async ({ api }) => {
    const { queues: found } = await new Stats(api).fetch();
    const longestFirst = found.toSorted((one, other) => other.size - one.size);
    return json(Object.fromEntries(longestFirst.map(({ name, size }) => [name, size])));
  },
};

const moved: Route = {
  method: "GET",
  path: "/dashboard/stats",
  answer: ({ to }) => redirect(to("/stats")),
};

export const STATS_ROUTES: readonly Route[] = [stats, queues, moved];

/** INFO says everything as text, and so does Sidekiq. */
const pick = (info: string): Readonly<Record<string, string>> => {
  const fields = new Map(
    info.split(/\r?\n/).flatMap((line) => {
      const colon = line.indexOf(":");
      return colon > 0 ? [[line.slice(0, colon), line.slice(colon + 1)] as const] : [];
    }),
  );
  return Object.fromEntries(
    REDIS_FIELDS.flatMap((name) => (fields.has(name) ? [[name, fields.get(name) ?? ""]] : [])),
  );
};
