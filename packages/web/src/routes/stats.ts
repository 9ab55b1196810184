/** `/stats` and `/stats/queues`: the JSON of Sidekiq::Web, field by field, for scrapers and uptime checks. */
import { Stats } from "@tsq/core/api";
import { storeIn } from "@tsq/core/config";
import type { ServerInfo } from "@tsq/core/config";
import { json, redirect } from "../answers.ts";
import type { Route } from "../route.ts";
import { redisFacts } from "../redis/redis-facts.ts";

/** Of INFO, what Sidekiq::Web has there: all of it text. */
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
    const [now, redis] = await Promise.all([new Stats(api).fetch(), redisFacts(api)]);
    const said = REDIS_FIELDS.flatMap((name) => {
      const value = redis.get(name);
      return value === undefined ? [] : [[name, value] as const];
    });
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
      redis: { ...Object.fromEntries(said), ...storeOf(redis) },
      server_utc_time: `${new Date().toISOString().slice(11, 19)} UTC`,
    });
  },
};

/** As Sidekiq 8.1. */
const storeOf = (info: ServerInfo): Readonly<Record<string, string>> => {
  const store = storeIn(info);
  return store ? { store_name: store.name, store_version: store.version } : {};
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
