/**
 * `npm run test:conformance`: the tests of Redis on every real server there is: one on PATH, and the versions
 * below in containers. What is absent is skipped aloud, or fails if TSQ_REQUIRE lists `native` or `docker`.
 * TSQ_TEST_REDIS=redis://… names the one server to use instead.
 */
import { prepare } from "./install.mjs";
import { run } from "./npm.mjs";

const IMAGES = ["redis:7.2-alpine", "redis:8-alpine", "valkey/valkey:8-alpine", "valkey/valkey:9-alpine"];
const PORT = 6379;

const args = process.argv.slice(2);
const isDockerRequired = (process.env.TSQ_REQUIRE ?? "").split(",").includes("docker");

const runSuite = (what, env, ...more) => {
  console.log(`\nConformance on ${what}`);
  return run(
    process.execPath,
    ["node_modules/vitest/vitest.mjs", "run", "--project", "conformance", ...more, ...args],
    {
      env: { ...process.env, ...env },
    },
  );
};

const skip = (what, reason) => {
  console.log(`\n${isDockerRequired ? "Failed" : "Skipped"}: conformance on ${what}, because ${reason}`);
  return isDockerRequired ? 1 : 0;
};

/** One server for all test files: each takes a database of its own, but a SCRIPT FLUSH reaches them all. */
const runInContainer = async ({ GenericContainer, Wait }, image) => {
  const container = await new GenericContainer(image)
    .withExposedPorts(PORT)
    .withWaitStrategy(Wait.forLogMessage(/Ready to accept connections/))
    .start()
    .catch((error) => error);
  if (container instanceof Error) return skip(image, `it does not start (${container.message}).`);
  const url = `redis://${container.getHost()}:${container.getMappedPort(PORT)}`;
  try {
    return await runSuite(image, { TSQ_TEST_REDIS: url }, "--no-file-parallelism");
  } finally {
    await container.stop();
  }
};

const runInContainers = async () => {
  const testcontainers = await import("testcontainers");
  try {
    await testcontainers.getContainerRuntimeClient();
  } catch (error) {
    return skip(IMAGES.join(", "), `no Docker engine answers (${error.message}).`);
  }
  let failures = 0;
  for (const image of IMAGES) failures += await runInContainer(testcontainers, image);
  return failures;
};

await prepare();
const named = process.env.TSQ_TEST_REDIS;
const failures = named
  ? await runSuite(named, {})
  : (await runSuite("this machine's own server", {})) + (await runInContainers());
process.exitCode = failures === 0 ? 0 : 1;
