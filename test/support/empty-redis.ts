/** What the tests of one file share: a server that is empty before each of them. */
import type { Redis } from "ioredis";
import { afterAll, beforeAll, beforeEach } from "vitest";
import { startRedis } from "./redis.ts";
import type { StartRedisOptions, TestRedis } from "./redis.ts";

/** There from the first test on. */
export interface EmptyRedis {
  readonly server: TestRedis;
  readonly redis: Redis;
}

export const setRedis = (options: StartRedisOptions = {}): EmptyRedis => {
  let server: TestRedis;
  let redis: Redis;
  beforeAll(async () => {
    server = await startRedis(options);
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
  };
};
