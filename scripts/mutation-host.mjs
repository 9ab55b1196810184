/**
 * A vitest that stays warm: it runs some tests of the copy that it is started in, again and again, and says of each how it
 * ended. What tests start has its process group, so that mutate.mjs can end all of it at once.
 */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { createVitest } from "vitest/node";

const copy = process.cwd();
const tell = (message) => process.send?.(message);

/** What a test says of its first error, in a line. */
const errorOf = (result) => result.errors?.[0]?.message?.split("\n")[0] ?? "";

const reporter = {
  onTestCaseResult(test) {
    const { state } = test.result();
    if (state === "skipped") return;
    const file = test.module.relativeModuleId;
    const { duration = 0 } = test.diagnostic() ?? {};
    tell({ kind: "test", file, name: test.fullName, state, ms: duration, error: errorOf(test.result()) });
  },
  // A hook of a file or a suite failed, or it could not be loaded.
  onTestSuiteResult(suite) {
    const error = suite.errors()[0];
    if (error)
      tell({
        kind: "test",
        file: suite.module.relativeModuleId,
        name: "",
        state: "failed",
        ms: 0,
        error: error.message,
      });
  },
  onTestModuleEnd(module) {
    const error = module.errors()[0];
    if (error)
      tell({
        kind: "test",
        file: module.relativeModuleId,
        name: "",
        state: "failed",
        ms: 0,
        error: error.message,
      });
  },
  // What nobody caught, and a test process that ended by itself.
  onTestRunEnd(modules, errors) {
    const [error] = errors;
    const file = modules[0]?.relativeModuleId;
    if (error && file)
      tell({ kind: "test", file, name: "", state: "failed", ms: 0, error: String(error.message) });
  },
};

/** Ends what a run has left: servers of a test that failed at the worst place, and the workers of a run that is over. */
const endOthers = () => {
  const { stdout } = spawnSync("ps", ["-A", "-o", "pid=,pgid=,ppid=,comm="], { encoding: "utf8" });
  for (const line of stdout.trim().split("\n")) {
    const [pid, group, , command] = line.trim().split(/\s+/);
    if (Number(group) !== process.pid || Number(pid) === process.pid || command === "ps") continue;
    try {
      process.kill(Number(pid), "SIGKILL");
    } catch {
      // It has just ended.
    }
  }
};

const vitest = await createVitest("test", {
  root: copy,
  watch: false,
  project: ["unit", "integration", "waiting"],
  reporters: [reporter],
  silent: true,
  teardownTimeout: 3_000,
  dangerouslyIgnoreUnhandledErrors: true,
  // In the order that they are named in.
  sequence: {
    sequencer: class {
      sort = (files) => files;
      shard = (files) => files;
    },
  },
});
await vitest.standalone?.();
for (const { config } of vitest.projects) config.setupFiles.unshift(join(copy, "scripts/mutation-setup.mjs"));

const projectOf = (file) => vitest.projects.find(({ name }) => file.startsWith(`test/${name}/`));

/** Runs tests by file: all of it, or only those of these names. */
const run = async ({ id, files, workers, limitMs, bail }) => {
  vitest.state.filesMap.clear();
  vitest.state.idMap.clear();
  vitest.state.errorsSet.clear();
  for (const { config } of [vitest, ...vitest.projects])
    Object.assign(config, { maxWorkers: workers, testTimeout: limitMs, hookTimeout: limitMs, bail });
  const specifications = files.map(({ file, pattern }) =>
    projectOf(file).createSpecification(
      join(copy, file),
      pattern ? { testNamePattern: new RegExp(pattern) } : {},
    ),
  );
  await vitest
    .runTestSpecifications(specifications)
    .catch((error) => tell({ kind: "error", error: String(error) }));
  endOthers();
  tell({ kind: "end", id });
};

process.on("message", (message) => {
  if (message.kind === "run") void run(message);
});
process.on("disconnect", () => process.exit(0));
tell({ kind: "ready" });
