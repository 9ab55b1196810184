/** The app's own tests, on one of the Rubies. */
import { freePort, startNative } from "../../../packages/tsq/dist/servers/native-server.js";
import { Ends } from "./ends.mjs";
import { Program } from "./program.mjs";
import { settle } from "./ruby.mjs";

/** @returns the exit code */
export const runTests = async (generation) => {
  const ends = new Ends();
  try {
    const redis = await startNative({ port: await freePort() });
    ends.add(() => redis.stop());
    const place = settle(generation, { REDIS_URL: redis.url.replace(/\d+$/, "1"), CRM_TEST_REDIS: "1" });
    ends.add(() => place.remove());
    const tests = new Program("bin/rails test", place.start("bin/rails", "test"));
    ends.add(() => tests.kill());
    tests.onLine((line) => console.log(line));
    return await tests.ended;
  } finally {
    await ends.clear();
  }
};
