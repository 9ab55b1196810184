/** What the browser tests of one file share: a server, a dashboard of it, and a Chromium. */
import type { Redis } from "ioredis";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, beforeEach } from "vitest";
import type { WebOptions } from "tsq/web";
import { serveDashboard } from "../dashboard.ts";
import type { Served } from "../dashboard.ts";
import { TcpProxy } from "../proxy.ts";
import { startRedis } from "../redis.ts";
import type { TestRedis } from "../redis.ts";
import { startChromium } from "./chromium.ts";

/** There from the first test on. */
export interface Stage {
  readonly server: TestRedis;
  readonly redis: Redis;
  /** Between the dashboard and its server. */
  readonly proxy: TcpProxy;
  readonly dashboard: Served;
  readonly browser: Browser;
}

/** Sets it up before the tests of a file, empties the server before each, and ends all of it behind them. */
export const setStage = (options: Omit<WebOptions, "redis"> = {}): Stage => {
  let stage: Stage;
  beforeAll(async () => {
    const server = await startRedis({ backend: "native" });
    const proxy = await TcpProxy.listen(server.port);
    const dashboard = await serveDashboard({ ...options, redis: proxy.url });
    stage = { server, redis: server.client(), proxy, dashboard, browser: await startChromium() };
  });
  afterAll(async () => {
    await stage.browser.close();
    await stage.dashboard.stop();
    await stage.proxy.stop();
    await stage.server.stop();
  });
  beforeEach(async () => {
    await stage.redis.flushdb();
  });
  return {
    get server() {
      return stage.server;
    },
    get redis() {
      return stage.redis;
    },
    get proxy() {
      return stage.proxy;
    },
    get dashboard() {
      return stage.dashboard;
    },
    get browser() {
      return stage.browser;
    },
  };
};

const SCORE = 1_999_999_999.5;

/** A job's text. */
export const jobText = (jid: string, more: object = {}): string =>
  JSON.stringify({
    class: "HardJob",
    args: [1, { deep: "inside" }],
    jid,
    queue: "low",
    retry: true,
    created_at: 1,
    ...more,
  });

/** Puts jobs into a set, the first of them first. */
export const addJobs = async (redis: Redis, set: string, jids: Iterable<string>): Promise<void> => {
  for (const [i, jid] of [...jids].entries())
    await redis.zadd(set, SCORE + i, jobText(jid, { retry_count: 1 }));
};

/** The jids of a set or of a queue, in its order. */
export const jidsIn = async (redis: Redis, key: string): Promise<string[]> => {
  const texts = key.startsWith("queue:")
    ? await redis.lrange(key, 0, -1)
    : await redis.zrange(key, "0", "-1");
  return texts.map((text) => (JSON.parse(text) as { jid: string }).jid);
};
