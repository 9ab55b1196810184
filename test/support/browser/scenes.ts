/** Dashboards on every scene that a page can be looked at on. */
import { CronSchedule } from "tsq/cron";
import type { TestRedis } from "../redis.ts";
import { startRedis } from "../redis.ts";
import { serveDashboard } from "../dashboard.ts";
import type { Served } from "../dashboard.ts";
import { freePort } from "../free-port.ts";
import { fill, HOSTILE, LONG } from "./fill.ts";
import type { Filled } from "./fill.ts";
import type { PageRow, Scene } from "./page-table.ts";

/** All of them, until they are stopped. */
export interface Scenes extends AsyncDisposable {
  readonly filled: Filled;
  /** The address of a page. */
  readonly urlOf: (row: PageRow) => string;
}

/** Starts two servers, one full and one empty, and dashboards of both. */
export const startScenes = async (): Promise<Scenes> => {
  const servers: TestRedis[] = [];
  const start = async (): Promise<TestRedis> => {
    const server = await startRedis({ backend: "native" });
    servers.push(server);
    return server;
  };
  const [full, empty] = [await start(), await start()];
  const filled = await fill(full.client());
  const { url } = full;
  await schedule(url);
  const away = { host: "127.0.0.1", port: await freePort(), maxRetriesPerRequest: 0, connectTimeout: 500 };
  const dashboards: Readonly<Record<Scene, Served>> = {
    full: await serveDashboard({ redis: url }),
    viewer: await serveDashboard({ redis: url, auth: () => ({ name: "mira", role: "viewer" }) }),
    readOnly: await serveDashboard({ redis: url, readOnly: true }),
    hidden: await serveDashboard({
      redis: url,
      authorize: (_, __, { jid }) => jid === undefined || !/[0-7]$/.test(jid),
    }),
    empty: await serveDashboard({ redis: empty.url }),
    away: await serveDashboard({ redis: away }),
  };
  return {
    filled,
    urlOf: ({ path, scene = "full" }) =>
      dashboards[scene].url + (typeof path === "string" ? path : path(filled)),
    [Symbol.asyncDispose]: async () => {
      for (const dashboard of Object.values(dashboards)) await dashboard.stop();
      for (const server of servers) await server.stop();
    },
  };
};

/** Three entries, one of them with nothing but hostile text in it. */
const schedule = async (url: string): Promise<void> => {
  const cron = new CronSchedule({ redis: url });
  await cron.set("nightly", {
    cron: "0 3 * * * Europe/Berlin",
    class: "Stock::SyncJob",
    description: "Stock of all shops",
  });
  await cron.set("often", { cron: "*/5 * * * * UTC", class: "Mail::DigestJob" });
  await cron.set(HOSTILE_NAME, {
    cron: "30 2 * * 1 Asia/Tokyo",
    class: HOSTILE,
    description: HOSTILE + LONG,
  });
  await cron.close();
};

// A name of an entry cannot hold everything.
const HOSTILE_NAME = "<img src=x onerror=alert(1)>";
