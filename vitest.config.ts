import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";
import { hasNativeRedis } from "./test/support/native-redis.ts";

const SECOND = 1_000;

// A test that needs a second try is a failing test, in CI as at a desk.
const RETRIES = 0;

/** The built packages are JavaScript that Node imports by itself; vite would transform each file again for each project. */
const BUILT = /\/packages\/[^/]+\/dist\//;

/** Suites by what they need. Tests import the built packages: what runs here is what users install. */
const suite = (name: string, timeoutMs: number, own: object = {}) => ({
  test: {
    name,
    include: [`test/${name}/**/*.test.ts`],
    testTimeout: timeoutMs,
    hookTimeout: timeoutMs,
    retry: RETRIES,
    isolate: false,
    server: { deps: { external: [BUILT] } },
    ...own,
  },
});

/** Suites whose tests run workers in their own process: no slot of theirs may be two jobs'. */
const slots = { setupFiles: ["test/support/check-slot-names.ts"] };

/** The server of the conformance suite, and whether there is such a one. */
const server = process.env["TSQ_TEST_REDIS"] ?? "native";
const isServerHere = server !== "native" || hasNativeRedis();

/** The tests of integration, waiting and cli once more; without a server only the test that says so. */
const conformance = {
  include: [
    ...(server === "native" ? ["test/conformance/**/*.test.ts"] : []),
    ...(isServerHere ? ["integration", "waiting", "cli"].map((name) => `test/${name}/**/*.test.ts`) : []),
  ],
  // About the embedded server itself, about choosing a server, about none, or about how much a terminal reads.
  exclude: [
    "waiting/embedded*",
    "waiting/terminal-*",
    "cli/demo",
    "cli/dev",
    "cli/help",
    "cli/refusals",
    "cli/documents",
  ].map((name) => `test/${name}.test.ts`),
  env: { TSQ_TEST_REDIS: server },
  ...slots,
};

export default defineConfig({
  test: {
    // On two cores vitest's own choice is one: but most files wait for processes and servers, not for a core.
    maxWorkers: Math.max(3, availableParallelism() - 1),
    projects: [
      suite("unit", 60 * SECOND),
      suite("integration", 60 * SECOND, slots),
      suite("waiting", 60 * SECOND, slots),
      suite("cli", 60 * SECOND, slots),
      suite("conformance", 60 * SECOND, conformance),
      suite("browser", 120 * SECOND, slots),
      suite("interop", 180 * SECOND, slots),
      suite("chaos", 180 * SECOND, slots),
      suite("packages", 300 * SECOND),
      suite("rails", 600 * SECOND),
      suite("cron", 600 * SECOND),
    ],
  },
});
