/** What the tests of one file share: a server that is empty before each of them, and dashboards of it. */
import type { WebOptions } from "tsq/web";
import { beforeEach, onTestFinished } from "vitest";
import { serveDashboard } from "./dashboard.ts";
import type { Served } from "./dashboard.ts";
import { setRedis } from "./empty-redis.ts";
import type { EmptyRedis } from "./empty-redis.ts";

/** There from the first test on. */
export interface WebStage extends EmptyRedis {
  /** A dashboard as a test wants it, which ends with the test. */
  readonly serve: (options?: WebOptions) => Promise<Served>;
}

/** For tests that each serve what they want. */
export const setDashboards = (): WebStage => {
  const stage = setRedis();
  return {
    get server() {
      return stage.server;
    },
    get redis() {
      return stage.redis;
    },
    serve: async (options = {}) => {
      const dashboard = await serveDashboard({ redis: stage.server.url, ...options });
      onTestFinished(() => dashboard.stop());
      return dashboard;
    },
  };
};

/** With a dashboard for each test: what one counts is kept for all who look. */
export const setDashboard = (): WebStage & { readonly dashboard: Served } => {
  const stage = setDashboards();
  let dashboard: Served;
  beforeEach(async () => {
    dashboard = await serveDashboard({ redis: stage.server.url });
    return () => dashboard.stop();
  });
  return {
    get server() {
      return stage.server;
    },
    get redis() {
      return stage.redis;
    },
    get dashboard() {
      return dashboard;
    },
    serve: stage.serve,
  };
};
