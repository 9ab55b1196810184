/**
 * `npm test`: installs if needed, builds, and runs the suites that need nothing but npm. What follows `--` goes
 * to vitest: files, `--project NAME`, `-t PATTERN`, reporters.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { prepare } from "./install.mjs";
import { ROOT, run } from "./npm.mjs";
import { leftOut, QUICK } from "./suites.mjs";

const args = process.argv.slice(2);
// Who names files or projects gets those, of whatever suite.
const isNarrowed = args.some(
  (arg) => arg.startsWith("--project") || (!arg.startsWith("-") && existsSync(join(ROOT, arg))),
);
const projects = isNarrowed ? [] : QUICK.flatMap((project) => ["--project", project]);

await prepare();
process.exitCode = await run(process.execPath, [
  "node_modules/vitest/vitest.mjs",
  "run",
  ...projects,
  ...args,
]);
if (!isNarrowed) {
  console.log(["", "Not part of npm test:", ...leftOut()].join("\n"));
}
