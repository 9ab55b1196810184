/**
 * Makes one small mistake at a time in a copy of this repository and runs the tests that should notice. What no test
 * notices, a survivor, is a missing test or has a reason (test/mutations/explained.json).
 */
import { execFileSync, spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { makeCopy } from "./mutation-copy.mjs";
import { Pass, withIds } from "./mutation-pass.mjs";
import { hashOf, learnReach, stepsOf } from "./mutation-reach.mjs";
import { keyOf, toReport } from "./mutation-report.mjs";
import { Runs } from "./mutation-runs.mjs";
import { mutantsOf } from "./mutators.mjs";
import { ROOT } from "./npm.mjs";

const HELP = `node scripts/mutate.mjs -- [options]

Needs a built repository (npm run build). What has been found is kept in test/mutations/pass.json, and a later pass runs only
what is new: mutants of files that have changed, those whose test has changed, and survivors without a reason whose tests
have changed. The first of a checkout asks all tests what they run, for some minutes; then a mutant takes seconds.

  --files <list>    files to mutate, with commas between, or folders; default: lua/ and packages/worker/src
  --only <text>     only mutants whose \`file:line\` or mutator holds this text
  --minutes <n>     begin no further mutant after so long; the next pass goes on there
  --seconds <n>     choose tests of a mutant that take so long together when nothing is wrong; default: 12
  --survivors       run those again that survived without a reason, and those that are undecided, and no others
  --again           run mutants again that are known, those that were killed, too
  --server <kind>   what the tests run on, as TSQ_TEST_REDIS; default: native if there is a redis-server, else embedded,
                    which does not tell which lines of lua/ it runs: these are left out then
  --report          run nothing: only write docs/mutations.md
  --list            only print the mutants, and what is known of them
  --help            this text`;

const REPORT = "docs/mutations.md";

/** What loses jobs when it is wrong comes first. */
const STAKES = [
  "lua/core/",
  "lua/shared/",
  "packages/worker/src/fetch/reliable/",
  "packages/worker/src/fetch/",
  "packages/worker/src/run/",
  "packages/worker/src/services/",
  "lua/",
  "packages/worker/src/beat/",
  "packages/",
];

const read = (path) => readFileSync(join(ROOT, path), "utf8");
const git = (...args) => execFileSync("git", args, { cwd: ROOT, encoding: "utf8" }).trim();

const readOptions = () => {
  try {
    const { values } = parseArgs({
      args: process.argv.slice(2).filter((word) => word !== "--"),
      options: {
        files: { type: "string" },
        only: { type: "string", default: "" },
        minutes: { type: "string", default: "Infinity" },
        seconds: { type: "string", default: "12" },
        survivors: { type: "boolean", default: false },
        again: { type: "boolean", default: false },
        server: { type: "string" },
        report: { type: "boolean", default: false },
        list: { type: "boolean", default: false },
        help: { type: "boolean", short: "h", default: false },
      },
    });
    const number = (name) => {
      const value = Number(values[name]);
      if (value >= 1) return value;
      throw new Error(`Expected --${name} to be a number from 1, got \`${values[name]}\`.`);
    };
    return { ...values, minutes: number("minutes"), budgetMs: 1_000 * number("seconds") };
  } catch (error) {
    console.error(`mutate: ${error.message}\n\n${HELP}`);
    return process.exit(1);
  }
};

/** All files that are mutated, those with the highest stakes first, with their mutants. */
const readFiles = () => {
  const stakes = (file) => STAKES.findIndex((folder) => file.startsWith(folder));
  return (
    git("ls-files", "lua", "packages/worker/src", "packages/core/src/redis/lifeline.ts")
      .split("\n")
      .filter((file) => /\.(?:lua|ts)$/.test(file))
      // Read once: somebody may edit them meanwhile.
      .map((file) => [file, read(file)])
      .map(([file, original]) => ({ file, original, mutants: withIds(mutantsOf(file, original)) }))
      .filter(({ mutants }) => mutants.length > 0)
      .sort((a, b) => stakes(a.file) - stakes(b.file))
  );
};

const STATES = {
  passed: "SURVIVED",
  failed: "killed",
  late: "undecided",
  unreached: "SURVIVED, run by no test",
};

/** Tries mutants on, one at a time. */
class Trial {
  #runs;
  #copy;
  #reach;
  #pass;
  #exceptions;
  #budgetMs;
  /** Tests that pass alone, without a mutant. */
  #sound = new Map();

  constructor({ runs, copy, reach, pass, exceptions, budgetMs }) {
    this.#runs = runs;
    this.#copy = copy;
    this.#reach = reach;
    this.#pass = pass;
    this.#exceptions = exceptions;
    this.#budgetMs = budgetMs;
  }

  /** How it ended, by which test file, and the hash of what that was decided by. Leaves the copy as it was. */
  async of({ file, text, original }) {
    try {
      const found = this.#found(file, text);
      if (!found) return { ended: "failed", by: "the build", tests: "" };
      const steps = stepsOf(found, file, this.#pass.kills(file), this.#budgetMs);
      let isUndecided = false;
      for (const [n, step] of steps.entries()) {
        let left = step;
        while (left.length > 0) {
          const answer = await this.#runs.run(left, { workers: n + 1 });
          if (answer.ended === "passed") break;
          const { by } = answer;
          if (await this.#isNoticed(answer, left, { file, text, original }))
            return { ended: "failed", by: by.file, tests: this.#reach.hash(by.file) };
          isUndecided ||= answer.ended === "late";
          left = without(left, by);
        }
      }
      return {
        ended: isUndecided ? "late" : found.length > 0 ? "passed" : "unreached",
        tests: this.#hash(found),
      };
    } finally {
      this.#copy.build(file, original);
    }
  }

  /** What it would be decided by now, when no test noticed it. */
  hashOf({ file, text, original }) {
    const found = this.#found(file, text);
    this.#copy.build(file, original);
    return found && this.#hash(found);
  }

  #hash(found) {
    return hashOf(
      found
        .map((one) => this.#reach.hash(one.file))
        .sort()
        .join(),
    );
  }

  /** Builds the mutant; its tests, by file. Undefined when it cannot be built. */
  #found(file, text) {
    try {
      this.#copy.build(file, text);
    } catch {
      return undefined;
    }
    const found = this.#reach.of(this.#copy.placesOf(file));
    const others = (this.#exceptions[file] ?? []).filter((test) => !found.some((one) => one.file === test));
    return [...found, ...others.map((test) => this.#reach.all(test))];
  }

  /** Whether it is the mutant that a test failed by: alone it passes without the mutant; and it may not have wanted time. */
  async #isNoticed({ ended, by }, chosen, { file, text, original }) {
    const of = chosen.find((one) => one.file === by.file);
    const tests = of?.tests.filter(({ name }) => name === by.name);
    const alone = [{ file: by.file, tests: tests?.length > 0 ? tests : of?.tests }];
    const key = `${by.file} ${by.name}`;
    if (ended === "late") {
      const again = await this.#runs.run(alone, { times: 2 });
      if (again.ended === "passed") return false;
    }
    if (!this.#sound.has(key)) {
      this.#copy.build(file, original);
      this.#sound.set(key, (await this.#runs.run(alone, { times: 2 })).ended === "passed");
      this.#copy.build(file, text);
      if (!this.#sound.get(key)) console.log(`    fails without a mutant: ${key}`);
    }
    return this.#sound.get(key);
  }
}

/** Without a test, or without a file when its hooks failed. */
const without = (chosen, { file, name }) =>
  chosen.flatMap((one) => {
    if (one.file !== file) return [one];
    const tests = one.tests.filter((test) => name !== "" && test.name !== name);
    return tests.length > 0 && tests.length < one.tests.length ? [{ ...one, tests }] : [];
  });

const list = (wanted, verdictOf) => {
  for (const one of wanted) {
    const known = verdictOf(one);
    console.log(`${one.file}:${one.line} ${one.mutator}: ${one.after} ${known ? STATES[known.ended] : ""}`);
  }
};

const main = async () => {
  const options = readOptions();
  if (options.help) return console.log(HELP);
  const pass = new Pass();
  const explained = JSON.parse(read("test/mutations/explained.json"));
  const files = readFiles();
  const report = () => writeFileSync(join(ROOT, REPORT), toReport({ pass, files, explained }));
  if (options.report) return report();
  const isNative = spawnSync("redis-server", ["--version"]).status === 0;
  const server = options.server ?? (isNative ? "native" : "embedded");
  const named = options.files?.split(",");
  const wanted = files
    .filter(({ file }) => !named || named.some((name) => file.startsWith(name)))
    .filter(({ file }) => server === "native" || !file.endsWith(".lua"))
    .flatMap(({ original, mutants }) => mutants.map((one) => ({ ...one, original, mutants })))
    .filter(({ file, line, mutator }) => `${file}:${line} ${mutator}`.includes(options.only));
  const verdictOf = (one) => Pass.verdict(pass.of(one.file, one.mutants), one.id);
  if (options.list) return list(wanted, verdictOf);

  const copy = makeCopy(files.map(({ file }) => file));
  const out = join(copy.copy, "reach.jsonl");
  const asked = new Runs(copy.copy, { TSQ_TEST_REDIS: server, MUTATION_REACH: out });
  const runs = new Runs(copy.copy, { TSQ_TEST_REDIS: server });
  process.on("exit", () => {
    for (const one of [asked, runs]) one.endNow();
    copy.remove();
  });
  for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => process.exit(1));
  const code = hashOf(
    git("ls-files", "-s", "packages/*/src", "lua") +
      git("diff", "HEAD", "--", "packages/worker/src", "packages/core/src", "packages/cron/src", "lua"),
  );
  const reach = await copy.whileTelling(() => learnReach({ code, runs: asked, out, log: console.log }));
  await asked.end();

  const commit = git("rev-parse", "--short", "HEAD");
  const trial = new Trial({
    runs,
    copy,
    reach,
    pass,
    budgetMs: options.budgetMs,
    exceptions: JSON.parse(read("test/mutations/tests.json")),
  });
  const isDone = (one) => {
    const known = verdictOf(one);
    if (options.survivors && (!known || known.ended === "failed")) return true;
    if (!known || options.again || known.ended === "late") return false;
    if (known.ended === "failed")
      return known.by === "the build" || pass.isSame(known.by, reach.hash(known.by));
    if (explained[keyOf(one)]) return true;
    return !options.survivors && known.tests === trial.hashOf(one);
  };
  const began = Date.now();
  const left = wanted.filter((one) => !isDone(one));
  console.log(`${left.length} of ${wanted.length} mutants to run`);
  let ran = 0;
  for (const one of left) {
    if (Date.now() - began > options.minutes * 60_000) break;
    const { ended, by, tests } = await trial.of(one);
    pass.note({ ...one, commit, ended, by, tests });
    pass.save();
    const seconds = Math.round((Date.now() - began) / 1_000);
    console.log(
      `${++ran}/${left.length} ${seconds} s ${STATES[ended]} ${one.file}:${one.line} ${one.mutator} ${by ?? ""}`,
    );
    if (ended !== "failed") console.log(`    - ${one.before}\n    + ${one.after}`);
  }
  report();
  await runs.end();
  const open = wanted.filter(
    (one) => !["failed", undefined].includes(verdictOf(one)?.ended) && !explained[keyOf(one)],
  );
  console.log(
    `${ran} run, ${left.length - ran} left, ${open.length} survived or are undecided, without a reason`,
  );
  return open.length;
};

const open = await main().catch((error) => {
  console.error(`mutate: ${error.stack}`);
  process.exit(1);
});
process.exitCode = open > 0 ? 1 : 0;
