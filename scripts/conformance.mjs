/**
 * `npm run test:conformance`: the tests of Redis on every real server there is: one on PATH, and the versions
 * below in containers. What is absent is skipped aloud, or fails if TSQ_REQUIRE lists `native` or `docker`.
 * TSQ_TEST_REDIS names the one to use instead, as in test/support/redis.ts.
 */
import { prepare } from "./install.mjs";
import { run } from "./npm.mjs";

const IMAGES = ["redis:7.2-alpine", "redis:8-alpine", "valkey/valkey:8-alpine", "valkey/valkey:9-alpine"];

const args = process.argv.slice(2);
const isDockerRequired = (process.env.TSQ_REQUIRE ?? "").split(",").includes("docker");

const runOn = (backend) => {
  console.log(`\nConformance on ${backend}`);
  return run(
    process.execPath,
    ["node_modules/vitest/vitest.mjs", "run", "--project", "conformance", ...args],
    {
      env: { ...process.env, TSQ_TEST_REDIS: backend },
    },
  );
};

const skip = (what, reason) => {
  console.log(`\n${isDockerRequired ? "Failed" : "Skipped"}: conformance on ${what}, because ${reason}`);
  return isDockerRequired ? 1 : 0;
};

const runInContainers = async () => {
  const { GenericContainer, getContainerRuntimeClient } = await import("testcontainers");
  try {
    await getContainerRuntimeClient();
  } catch (error) {
    return skip(IMAGES.join(", "), `no Docker engine answers (${error.message}).`);
  }
  let failures = 0;
  for (const image of IMAGES) {
    // The first one may have to be pulled, for which a test has no patience.
    const refusal = await new GenericContainer(image).start().then(
      (container) => void container.stop(),
      (error) => error,
    );
    failures += refusal
      ? skip(image, `it does not start (${refusal.message}).`)
      : await runOn(`docker:${image}`);
  }
  return failures;
};

await prepare();
const named = process.env.TSQ_TEST_REDIS;
const failures = named ? await runOn(named) : (await runOn("native")) + (await runInContainers());
process.exitCode = failures === 0 ? 0 : 1;
