import { expect, test } from "vitest";
import { hasNativeRedis } from "../support/native-redis.ts";
import { startRedis } from "../support/redis.ts";
import { isRequired } from "../support/required.ts";

const backend = process.env["TSQ_TEST_REDIS"] ?? "native";
const isMissing = backend === "native" && !hasNativeRedis();
const REASON = "no redis-server or valkey-server on PATH: apt-get install redis-server";

if (isMissing) console.warn(`Skipped: the integration tests on a real server, because there is ${REASON}`);

if (isMissing && !isRequired("native")) {
  test.skip(`the integration tests ran on a real server (${REASON})`);
} else {
  test("the integration tests ran on a real server", async () => {
    if (isMissing) throw new Error(`TSQ_REQUIRE lists \`native\`, but there is ${REASON}.`);
    await using redis = await startedRedis();

    const info = await redis.client().info("server");

    expect(info).toMatch(/redis_version:\d/);
    // The embedded server runs on no operating system.
    expect(info).toMatch(/^os:.*(Linux|Darwin|BSD)/m);
  });
}

async function startedRedis() {
  const redis = await startRedis();
  return Object.assign(redis, { [Symbol.asyncDispose]: () => redis.stop() });
}
