/** `examples/rails/run.mjs` as its users run it, and the tests that are skipped aloud where Rails is not installed. */
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, test } from "vitest";
import { isRequired } from "./required.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

export interface Run {
  readonly code: number;
  /** What it printed. */
  readonly output: string;
}

/** Runs it to its end. It cleans up behind itself, also when the time is over. */
export function runExample(args: readonly string[], timeoutMs: number): Promise<Run> {
  return new Promise((resolve) => {
    const script = "examples/rails/run.mjs";
    const options = { cwd: ROOT, timeout: timeoutMs, maxBuffer: 64 * 2 ** 20 };
    execFile(process.execPath, [script, ...args], options, (error, stdout, stderr) => {
      const code = typeof error?.code === "number" ? error.code : error === null ? 0 : -1;
      resolve({ code, output: stdout + stderr });
    });
  });
}

/** The same of each Rails: 6.1 on this system with Sidekiq 6, and 7.2 with Sidekiq 8. */
export async function describeEachRails(describeOne: (generation: "6" | "8") => void): Promise<void> {
  for (const generation of ["6", "8"] as const) {
    const { code, output } = await runExample(["--ruby", generation, "--missing"], 60_000);
    if (code === 0) {
      describe(`Rails beside Sidekiq ${generation}`, () => describeOne(generation));
      continue;
    }
    const name = `Rails beside Sidekiq ${generation} is here (${output.trim()})`;
    if (isRequired("rails")) {
      test(name, () => {
        throw new Error(`TSQ_REQUIRE lists \`rails\`, but ${output.trim()}`);
      });
    } else {
      test.skip(name);
      console.warn(`Skipped: the Rails example beside Sidekiq ${generation}, because of ${output.trim()}`);
    }
  }
}
