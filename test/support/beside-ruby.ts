/** A dashboard of tsq beside Ruby's on the same Redis, with the jobs of web-state.ts; there from the first test on. */
import { ApiConnection } from "tsq/api";
import { afterAll, beforeAll } from "vitest";
import { serveDashboard } from "./dashboard.ts";
import type { Served } from "./dashboard.ts";
import type { SharedRedis } from "./shared-redis.ts";
import { fill } from "./web-state.ts";

export interface BesideRuby {
  readonly dashboard: Served;
  /** The connection that it has. */
  readonly api: ApiConnection;
}

export const setBesideRuby = (shared: SharedRedis): BesideRuby => {
  let dashboard: Served;
  let api: ApiConnection;
  beforeAll(async () => {
    await fill(shared.redis, shared.ruby.generation, shared.ruby.version);
    // Ruby's, which a kill of its dashboard holds; ours holds those that it was told.
    api = new ApiConnection({ redis: shared.url, deadMaxJobs: 10_000, deadTimeoutInSeconds: 15_552_000 });
    dashboard = await serveDashboard({ redis: api });
  });
  afterAll(async () => {
    await dashboard.stop();
    await api.close();
  });
  return {
    get dashboard() {
      return dashboard;
    },
    get api() {
      return api;
    },
  };
};
