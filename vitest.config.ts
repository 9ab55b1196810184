import { defineConfig } from "vitest/config";

/** Suites by what they need. Tests import the built packages: what runs here is what users install. */
const suite = (name: string, timeoutMs: number) => ({
  test: {
    name,
    include: [`test/${name}/**/*.test.ts`],
    testTimeout: timeoutMs,
    hookTimeout: timeoutMs,
  },
});

export default defineConfig({
  test: {
    projects: [suite("unit", 20_000), suite("integration", 60_000), suite("interop", 180_000)],
  },
});
