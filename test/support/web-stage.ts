/** What the tests of one file share: a server that is empty before each of them, and dashboards of it. */
import type { Redis } from "ioredis";
import type { WebOptions } from "tsq/web";
import { afterAll, beforeAll, beforeEach, onTestFinished } from "vitest";
import { serveDashboard } from "./dashboard.ts";
import type { Served } from "./dashboard.ts";
import { startRedis } from "./redis.ts";
import type { TestRedis } from "./redis.ts";

/** There from the first test on. */
export interface WebStage {
  readonly server: TestRedis;
  readonly redis: Redis;
  /** A dashboard as a test wants it, which ends with the test. */
  readonly serve: (options?: WebOptions) => Promise<Served>;
}

/** For tests that each serve what they want. */
export const setDashboards = (): WebStage => {
  let server: TestRedis;
  let redis: Redis;
  beforeAll(async () => {
    server = await startRedis();
    redis = server.client();
  });
  afterAll(() => server.stop());
  beforeEach(() => redis.flushdb());
  return {
    get server() {
      return server;
    },
    get redis() {
      return redis;
    },
    serve: async (options = {}) => {
      const dashboard = await serveDashboard({ redis: server.url, ...options });
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
