/** For suites that need a real server: where there is none, one test tells it. */
import { Redis } from "ioredis";
import { expect, test } from "vitest";
import { hasNativeRedis, startNativeRedis } from "./native-redis.ts";
import { isRequired } from "./required.ts";

const REASON = "there is no redis-server or valkey-server on PATH: apt-get install redis-server";

/** Registers the test: it starts a server; without one it is skipped with the reason, or fails if TSQ_REQUIRE lists `native`. */
export function testNativeServer(suite: string): void {
  test(`a real server for ${suite}`, async ({ skip }) => {
    if (!hasNativeRedis()) {
      if (isRequired("native")) throw new Error(`TSQ_REQUIRE lists \`native\`, but ${REASON}.`);
      console.warn(`Skipped: ${suite}, because ${REASON}.`);
      skip(REASON);
    }
    const server = await startNativeRedis();
    const redis = new Redis(server.url);

    const info = await redis.info("server");

    redis.disconnect();
    await server.stop();
    // The embedded server runs on no operating system.
    expect(info).toMatch(/^os:.*(?:Linux|Darwin|BSD)/m);
  });
}
