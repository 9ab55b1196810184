/**
 * Adds up what the steps of .ci/run left in a folder: `NAME.code`, the exit code of a step, and `NAME.json`, what
 * vitest counted in it. Prints each test that failed, and why, since they stand far above in what the run printed; then
 * `N passed, N failed, N skipped`. A step that failed without a failed test counts as one.
 */
import { readdirSync, readFileSync } from "node:fs";
import { basename, join, relative } from "node:path";
import { stripVTControlCharacters } from "node:util";

const WHY_LINES = 12;
const WHY_CHARACTERS = 1_500;

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

/** What failed in a step, and the first lines of why. A file that could not be loaded has a message and no tests. */
const failuresOf = (counts) =>
  (counts?.testResults ?? []).flatMap((file) => {
    const where = relative(process.cwd(), file.name);
    const tests = file.assertionResults
      .filter(({ status }) => status === "failed")
      .map(({ fullName, failureMessages }) => ({
        title: `${where} > ${fullName}`,
        why: failureMessages.join("\n"),
      }));
    return tests.length === 0 && file.status === "failed" ? [{ title: where, why: file.message }] : tests;
  });

const print = (step, { title, why }) => {
  const lines = stripVTControlCharacters(why).slice(0, WHY_CHARACTERS).split("\n").slice(0, WHY_LINES);
  console.log(`\nFailed in ${step}: ${title}\n${lines.map((line) => `  ${line}`).join("\n")}`);
};

for (const file of readdirSync(folder).filter((name) => name.endsWith(".code"))) {
  const name = basename(file, ".code");
  const code = Number(readFileSync(join(folder, file), "utf8"));
  const counts = countsOf(name);
  const failed = counts?.numFailedTests ?? 0;
  total.passed += counts?.numPassedTests ?? 0;
  total.skipped += (counts?.numPendingTests ?? 0) + (counts?.numTodoTests ?? 0);
  total.failed += code !== 0 && failed === 0 ? 1 : failed;
  if (code === 0) continue;
  failedSteps.push(name);
  for (const failure of failuresOf(counts)) print(name, failure);
}

if (failedSteps.length > 0) console.log(`\nFailed: ${failedSteps.join(", ")}`);
console.log(`\n${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exitCode = total.failed > 0 || total.passed === 0 ? 1 : 0;
