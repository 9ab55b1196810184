/** The app's own tests, on one of the Rubies. */
import { freePort, startNative } from "../../../packages/tsq/dist/servers/native-server.js";
import { Program } from "./program.mjs";
import { settle } from "./ruby.mjs";

/** @returns the exit code */
export const runTests = async (generation) => {
  const redis = await startNative({ port: await freePort() });
  const place = settle(generation, { REDIS_URL: redis.url.replace(/\d+$/, "1"), CRM_TEST_REDIS: "1" });
  try {
    const tests = new Program("bin/rails test", place.start("bin/rails", "test"));
    tests.onLine((line) => console.log(line));
    return await tests.ended;
  } finally {
    place.remove();
    await redis.stop();
  }
};
