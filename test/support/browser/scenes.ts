/** Dashboards on every scene that a page can be looked at on. */
import type { TestRedis } from "../redis.ts";
import { startRedis } from "../redis.ts";
import { serveDashboard } from "../dashboard.ts";
import type { Served } from "../dashboard.ts";
import { freePort } from "../free-port.ts";
import { fill } from "./fill.ts";
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
  const away = { host: "127.0.0.1", port: await freePort(), maxRetriesPerRequest: 0, connectTimeout: 500 };
  const dashboards: Readonly<Record<Scene, Served>> = {
    full: await serveDashboard({ redis: url }),
    viewer: await serveDashboard({ redis: url, auth: () => ({ name: "mira", role: "viewer" }) }),
    readOnly: await serveDashboard({ redis: url, readOnly: true }),
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
