/**
 * Makes one small mistake at a time in a copy of this repository and runs the tests that should notice. What no test
 * notices, a survivor, is a missing test or has a reason (test/mutations/explained.json).
 */
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { makeCopy } from "./mutation-copy.mjs";
import { Pass, withIds } from "./mutation-pass.mjs";
import { hashOf, learnReach, NamedTests } from "./mutation-reach.mjs";
import { keyOf, toReport } from "./mutation-report.mjs";
import { Runs } from "./mutation-runs.mjs";
import { Trial } from "./mutation-trial.mjs";
import { mutantsOf } from "./mutators.mjs";
import { ROOT } from "./npm.mjs";

const HELP = `node scripts/mutate.mjs -- [options]

Needs a built repository (npm run build). What has been found is kept in test/mutations/pass.json, and a later pass runs only
what is new: mutants of files that have changed, those whose test has changed, and survivors without a reason whose tests
have changed. The first of a checkout asks all tests what they run, for some minutes; then a mutant takes seconds.

  --files <list>    files to mutate, with commas between, or folders; default: lua/ and packages/worker/src
  --only <list>     only mutants whose \`file:line\` or mutator holds one of these texts, with commas between
  --tests <list>    ask no tests what they run: run all of these test files, with commas between, for each mutant. What they do
                    not notice is a survivor only if nothing was known of it: others may notice it
  --every <n>       only each n-th mutant of a file: a sample of all of them; \`n:k\` begins with the k-th, so that passes can share files
  --minutes <n>     begin no further mutant after so long; the next pass goes on there
  --seconds <n>     choose tests of a mutant that take so long together when nothing is wrong; default: 12
  --survivors       run those again that survived without a reason, and those that are undecided, and no others
  --again           run mutants again that are known, those that were killed, too
  --server <kind>   what the tests run on, as TSQ_TEST_REDIS; default: native if there is a redis-server, else embedded,
                    which does not tell which lines of lua/ it runs: these are left out then
  --report          run nothing: only write docs/mutations.md
  --merge <list>    run nothing: take what passes of other checkouts have found, by their pass.json, with commas between, and
                    write docs/mutations.md; what they know of files that are others here stays out
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
        tests: { type: "string" },
        every: { type: "string", default: "1" },
        minutes: { type: "string", default: "Infinity" },
        seconds: { type: "string", default: "12" },
        survivors: { type: "boolean", default: false },
        again: { type: "boolean", default: false },
        server: { type: "string" },
        report: { type: "boolean", default: false },
        merge: { type: "string" },
        list: { type: "boolean", default: false },
        help: { type: "boolean", short: "h", default: false },
      },
    });
    const number = (name) => {
      const value = Number(values[name]);
      if (value >= 1) return value;
      throw new Error(`Expected --${name} to be a number from 1, got \`${values[name]}\`.`);
    };
    const [every, nth = "1", ...more] = values.every.split(":");
    const isSample = [every, nth].every((one) => /^[1-9]\d*$/.test(one)) && more.length === 0;
    if (!isSample || Number(nth) > Number(every))
      throw new Error(
        `Expected --every to be a number from 1, or \`n:k\` with k from 1 to n, got \`${values.every}\`.`,
      );
    const isInSample = (i) => i % Number(every) === Number(nth) - 1;
    const tests = values.tests?.split(",");
    for (const test of tests ?? [])
      if (!existsSync(join(ROOT, test)))
        throw new Error(`Expected --tests to name files, there is no \`${test}\`.`);
    return {
      ...values,
      tests,
      only: values.only.split(","),
      isInSample,
      minutes: number("minutes"),
      budgetMs: 1_000 * number("seconds"),
    };
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

const list = (wanted, verdictOf) => {
  for (const one of wanted) {
    const known = verdictOf(one);
    console.log(`${one.file}:${one.line} ${one.mutator}: ${one.after} ${known ? STATES[known.ended] : ""}`);
  }
};

/** Takes what another checkout has found. */
const merge = (pass, files, path) => {
  if (!existsSync(path)) throw new Error(`Expected --merge to name files, there is no \`${path}\`.`);
  const other = new Pass(path);
  const hashNow = (test) => (existsSync(join(ROOT, test)) ? hashOf(read(test)) : undefined);
  let taken = 0;
  for (const { file, mutants } of files) taken += pass.take(other, { file, mutants, hashNow });
  pass.save();
  console.log(`${taken} verdicts of ${path}`);
};

const main = async () => {
  const options = readOptions();
  if (options.help) return console.log(HELP);
  const pass = new Pass();
  const explained = JSON.parse(read("test/mutations/explained.json"));
  const files = readFiles();
  const report = () => writeFileSync(join(ROOT, REPORT), toReport({ pass, files, explained }));
  for (const path of options.merge?.split(",") ?? []) merge(pass, files, path);
  if (options.report || options.merge) return report();
  const isNative = spawnSync("redis-server", ["--version"]).status === 0;
  const server = options.server ?? (isNative ? "native" : "embedded");
  const named = options.files?.split(",");
  const wanted = files
    .filter(({ file }) => !named || named.some((name) => file.startsWith(name)))
    .filter(({ file }) => server === "native" || !file.endsWith(".lua"))
    .flatMap(({ original, mutants }) =>
      mutants.map((one) => ({ ...one, original, mutants })).filter((_, i) => options.isInSample(i)),
    )
    .filter(({ file, line, mutator }) =>
      options.only.some((text) => `${file}:${line} ${mutator}`.includes(text)),
    );
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
  const learn = async () => {
    const code = hashOf(
      git("ls-files", "-s", "packages/*/src", "lua") +
        git("diff", "HEAD", "--", "packages/worker/src", "packages/core/src", "packages/cron/src", "lua"),
    );
    const learned = await copy.whileTelling(() => learnReach({ code, runs: asked, out, log: console.log }));
    await asked.end();
    return learned;
  };
  const reach = options.tests ? new NamedTests(options.tests) : await learn();

  const commit = git("rev-parse", "--short", "HEAD");
  const trial = new Trial({
    runs,
    copy,
    reach,
    pass,
    budgetMs: options.budgetMs,
    exceptions: options.tests ? {} : JSON.parse(read("test/mutations/tests.json")),
  });
  /** What some tests did not notice says less than what is known of all that run the line. */
  const isNews = (one, ended) =>
    !options.tests || ended === "failed" || !["failed", "passed"].includes(verdictOf(one)?.ended);
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
    if (isNews(one, ended)) {
      pass.note({ ...one, commit, ended, by, tests });
      pass.save();
    }
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
