import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";

const RUN = new URL("../../examples/demo/run.mjs", import.meta.url).href;
const ROOT = fileURLToPath(new URL("../../", import.meta.url));

test("npm run demo -- --once ends by itself, with every job where it should be", async () => {
  // What scripts/demo.mjs does after the build; a build in the midst of tests would pull the files from under them.
  const source = `process.exit(await (await import(${JSON.stringify(RUN)})).runDemo({ once: true }));`;

  const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", source], {
    cwd: ROOT,
    timeout: 50_000,
  });

  expect(stdout).toContain("Every job ended where it should.");
  expect(stdout).toMatch(/fails once, then succeeds\s+│ 3\s+│ done\s+│ 3 /);
  expect(stdout).toMatch(/malformed payload\s+│ 1\s+│ dead\s+│ 1 /);
});

test("npm run demo -- --help explains it", async () => {
  const { stdout } = await promisify(execFile)(process.execPath, ["scripts/demo.mjs", "--help"], {
    cwd: ROOT,
  });

  expect(stdout).toContain("--once");
  expect(stdout).toContain("examples/demo");
});
