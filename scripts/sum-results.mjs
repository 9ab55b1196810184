/**
 * Adds up what the steps of .ci/run left in a folder: `NAME.code`, the exit code of a step, and `NAME.json`, what
 * vitest counted in it. Prints `N passed, N failed, N skipped`; a step that failed without a failed test counts as one.
 */
import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";

const folder = process.argv[2];
const total = { passed: 0, failed: 0, skipped: 0 };
const failedSteps = [];

/** Undefined when the step was no test run, or when vitest did not come as far as to count. */
const countsOf = (name) => {
  try {
    return JSON.parse(readFileSync(join(folder, `${name}.json`), "utf8"));
  } catch {
    return undefined;
  }
};

for (const file of readdirSync(folder).filter((name) => name.endsWith(".code"))) {
  const name = basename(file, ".code");
  const code = Number(readFileSync(join(folder, file), "utf8"));
  const counts = countsOf(name);
  const failed = counts?.numFailedTests ?? 0;
  total.passed += counts?.numPassedTests ?? 0;
  total.skipped += (counts?.numPendingTests ?? 0) + (counts?.numTodoTests ?? 0);
  total.failed += code !== 0 && failed === 0 ? 1 : failed;
  if (code !== 0) failedSteps.push(name);
}

if (failedSteps.length > 0) console.log(`\nFailed: ${failedSteps.join(", ")}`);
console.log(`\n${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exitCode = total.failed > 0 || total.passed === 0 ? 1 : 0;
