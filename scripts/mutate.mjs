/**
 * Makes one small mistake at a time in a copy of this repository and runs the tests that should notice. What no test
 * notices, a survivor, is a missing test or has a reason (test/mutations/explained.json).
 */
import { execFileSync, spawn, spawnSync } from "node:child_process";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { keyOf, toReport } from "./mutation-report.mjs";
import { mutantsOf } from "./mutators.mjs";
import { ROOT } from "./npm.mjs";

const HELP = `node scripts/mutate.mjs -- [options]

Needs a built repository (npm run build). Each mutant takes the time of its tests: seconds when it is killed.

  --files <list>    files to mutate, with commas between; default: those of test/mutations/tests.json
  --sample <n>      so many mutants, drawn by chance; default: all
  --seed <n>        what chance draws them; default: 1
  --only <text>     only mutants whose \`file:line\` or mutator holds this text
  --tests <list>    test files to run instead of those that test/mutations/tests.json names for the file
  --minutes <n>     draw no further mutant after so long; the report says how many were left
  --jobs <n>        so many at a time, each in a copy of its own; default: 1
  --timeout <s>     a mutant whose tests take longer is undecided; default: 90
  --server <kind>   what the tests run on, as TSQ_TEST_REDIS; default: native if there is a redis-server, else embedded
  --json <path>     where the result goes; default: node_modules/.cache/mutations.json
  --report <path>   a report in Markdown as well
  --resume          go on with the pass in --json: what it has run is not run again
  --again           run nothing: write the report of the result in --json anew, with the reasons of now
  --list            only print the mutants
  --help            this text`;

const read = (path) => readFileSync(join(ROOT, path), "utf8");
const git = (...args) => execFileSync("git", args, { cwd: ROOT, encoding: "utf8" }).trim();

const number = (name, text, least) => {
  const value = Number(text);
  if (Number.isInteger(value) && value >= least) return value;
  throw new Error(`Expected --${name} to be an integer from ${least}, got \`${text}\`.`);
};

const readOptions = () => {
  try {
    const { values } = parseArgs({
      args: process.argv.slice(2).filter((word) => word !== "--"),
      options: {
        files: { type: "string" },
        sample: { type: "string" },
        seed: { type: "string", default: "1" },
        only: { type: "string", default: "" },
        tests: { type: "string" },
        minutes: { type: "string" },
        jobs: { type: "string", default: "1" },
        timeout: { type: "string", default: "90" },
        server: { type: "string" },
        json: { type: "string", default: "node_modules/.cache/mutations.json" },
        report: { type: "string" },
        resume: { type: "boolean", default: false },
        again: { type: "boolean", default: false },
        list: { type: "boolean", default: false },
        help: { type: "boolean", short: "h", default: false },
      },
    });
    const { sample, minutes } = values;
    return {
      ...values,
      sample: sample === undefined ? Infinity : number("sample", sample, 1),
      jobs: number("jobs", values.jobs, 1),
      seed: number("seed", values.seed, 0),
      minutes: minutes === undefined ? Infinity : number("minutes", minutes, 1),
      timeoutMs: number("timeout", values.timeout, 1) * 1_000,
    };
  } catch (error) {
    console.error(`mutate: ${error.message}\n\n${HELP}`);
    return process.exit(1);
  }
};

/** Park and Miller's numbers: the same seed draws the same mutants. */
const shuffled = (all, seed) => {
  let state = (seed % 2_147_483_646) + 1;
  const keyed = all.map((one) => [(state = (state * 16_807) % 2_147_483_647), one]);
  return keyed.sort(([a], [b]) => a - b).map(([, one]) => one);
};

/** A copy of what is under version control and of what was built; the packages in it are its own. */
const makeCopy = () => {
  const copy = mkdtempSync(join(tmpdir(), "tsq-mutate-"));
  const files = git("ls-files", "--cached", "--others", "--exclude-standard").split("\n");
  for (const file of files) cpSync(join(ROOT, file), join(copy, file), { recursive: true });
  mkdirSync(join(copy, "node_modules/@tsq"), { recursive: true });
  for (const entry of readdirSync(join(ROOT, "node_modules")))
    if (!["@tsq", "tsq", ".cache", ".vite"].includes(entry))
      symlinkSync(join(ROOT, "node_modules", entry), join(copy, "node_modules", entry));
  for (const name of ["core", "active-job", "worker", "cron", "web", "tsq"]) {
    cpSync(join(ROOT, `packages/${name}/dist`), join(copy, `packages/${name}/dist`), { recursive: true });
    symlinkSync(
      join(copy, "packages", name),
      join(copy, "node_modules", name === "tsq" ? name : `@tsq/${name}`),
    );
  }
  symlinkSync(join(ROOT, "packages/tsq/node_modules"), join(copy, "packages/tsq/node_modules"));
  return copy;
};

const REPORT = "docs/mutations.md";
const SCRIPTS = "packages/core/src/redis/scripts.gen.ts";

/** Writes a file into the copy and builds what follows from it. Types are left out: what a test says is what counts. */
const builder = (copy) => {
  const ts = createRequire(join(ROOT, "packages/tsq/package.json"))("typescript");
  const compilerOptions = {
    target: ts.ScriptTarget.ES2023,
    module: ts.ModuleKind.ESNext,
    verbatimModuleSyntax: true,
    rewriteRelativeImportExtensions: true,
  };
  const transpile = (file) => {
    const { outputText } = ts.transpileModule(readFileSync(join(copy, file), "utf8"), { compilerOptions });
    writeFileSync(join(copy, file.replace("/src/", "/dist/").replace(/\.ts$/, ".js")), outputText);
  };
  const build = (file, text) => {
    writeFileSync(join(copy, file), text);
    if (!file.endsWith(".lua")) return transpile(file);
    execFileSync(process.execPath, [join(copy, "scripts/build-lua.mjs")], { stdio: "pipe" });
    return transpile(SCRIPTS);
  };
  return { copy, build };
};

/** Resolves to what the tests say: passed, failed, or too late. */
const runTests = (copy, tests, { server, timeoutMs }) =>
  new Promise((resolve) => {
    const projects = ["unit", "integration"].filter((name) =>
      tests.some((test) => test.includes(`/${name}/`)),
    );
    const args = ["node_modules/vitest/vitest.mjs", "run", "--bail", "1", "--reporter", "dot"];
    for (const project of projects) args.push("--project", project);
    args.push("--testTimeout", "20000", "--hookTimeout", "20000", ...tests);
    const child = spawn(process.execPath, args, {
      cwd: copy,
      env: { ...process.env, ...(server ? { TSQ_TEST_REDIS: server } : {}), TSQ_REQUIRE: "", NO_COLOR: "1" },
      stdio: ["ignore", "pipe", "pipe"],
      // A group of its own: it is ended together with the servers that it started.
      detached: true,
    });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (some) => (output += some));
    const endGroup = () => {
      try {
        if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
      } catch {
        // Nobody of it is left.
      }
    };
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      endGroup();
    }, timeoutMs);
    child.on("close", (code) => {
      clearTimeout(timer);
      // A test that fails at the worst place leaves its server.
      endGroup();
      const by = /FAIL\s+(.*)/.exec(output)?.[1];
      resolve({ ended: isLate ? "late" : code === 0 ? "passed" : "failed", by, output });
    });
  });

const main = async () => {
  const options = readOptions();
  if (options.help) return console.log(HELP);
  const known = JSON.parse(read("test/mutations/tests.json"));
  const explained = JSON.parse(read("test/mutations/explained.json"));
  const earlier = options.again || options.resume ? JSON.parse(read(options.json)) : undefined;
  const results = (earlier?.results ?? []).map((one) => ({ ...one, reason: explained[keyOf(one)] }));
  if (options.again)
    return writeFileSync(join(ROOT, options.report ?? REPORT), toReport({ ...earlier, results }));
  const files = options.files?.split(",") ?? Object.keys(known);
  const testsOf = (file) => {
    if (options.tests) return [options.tests.split(",")];
    if (known[file]) return known[file];
    throw new Error(
      `Expected tests for \`${file}\` in test/mutations/tests.json. Add them, or name them with --tests.`,
    );
  };
  // Read once: somebody may edit them meanwhile.
  const originals = new Map(files.map((file) => [file, read(file)]));
  const possible = files.flatMap((file) => mutantsOf(file, originals.get(file)));
  const wanted = possible.filter(({ file, line, mutator }) =>
    `${file}:${line} ${mutator}`.includes(options.only),
  );
  const drawn = shuffled(wanted, options.seed).slice(0, options.sample);
  if (options.list) {
    for (const one of drawn) console.log(`${one.file}:${one.line} ${one.mutator}: ${one.after}`);
    return;
  }
  for (const file of files) testsOf(file);
  const isNative = spawnSync("redis-server", ["--version"]).status === 0;
  const how = { server: options.server ?? (isNative ? "native" : undefined), timeoutMs: options.timeoutMs };

  const commit = [...(earlier ? [earlier.commit] : []), git("rev-parse", "--short", "HEAD")].join(", then ");
  const builders = Array.from({ length: options.jobs }, () => builder(makeCopy()));
  process.on("exit", () => builders.forEach(({ copy }) => rmSync(copy, { recursive: true, force: true })));
  for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => process.exit(1));
  // As the compiler of the mutants makes them: what it makes of a file without one must pass.
  for (const { build } of builders) for (const [file, text] of originals) build(file, text);
  const all = [...new Set(files.flatMap((file) => testsOf(file).flat()))];
  const before = await runTests(builders[0].copy, all, { ...how, timeoutMs: 10 * options.timeoutMs });
  if (before.ended !== "passed") {
    throw new Error(`Expected the tests to pass without a mutant.\n${before.output.slice(-3_000)}`);
  }

  const began = Date.now();
  const done = new Set(results.map(keyOf));
  const left = drawn.filter((one) => !done.has(keyOf(one)));
  /** After each mutant: a pass that is stopped keeps what it has seen. */
  const save = () => {
    results.sort((a, b) => a.file.localeCompare(b.file) || a.line - b.line);
    const seconds = (earlier?.seconds ?? 0) + (Date.now() - began) / 1_000;
    const { seed } = options;
    const result = { commit, seed, possible: possible.length, drawn: drawn.length, files, seconds, results };
    mkdirSync(dirname(join(ROOT, options.json)), { recursive: true });
    writeFileSync(join(ROOT, options.json), `${JSON.stringify(result, null, 2)}\n`);
    return result;
  };
  const tryOn = async ({ copy, build }, { text, ...told }) => {
    let answer = { ended: "passed" };
    try {
      build(told.file, text);
    } catch {
      answer = { ended: "failed", by: "the build" };
    }
    for (const tests of testsOf(told.file))
      if (answer.ended === "passed") answer = await runTests(copy, tests, how);
    build(told.file, originals.get(told.file));
    const { ended, by } = answer;
    results.push({ ...told, ended, by, reason: explained[keyOf(told)] });
    save();
    const state = ended === "passed" ? "SURVIVED" : ended === "late" ? "undecided" : "killed";
    console.log(`${results.length}/${drawn.length} ${state} ${told.file}:${told.line} ${told.mutator}`);
    if (ended === "passed") console.log(`    - ${told.before}\n    + ${told.after}`);
  };
  await Promise.all(
    builders.map(async (one) => {
      while (left.length > 0 && Date.now() - began < options.minutes * 60_000) await tryOn(one, left.shift());
    }),
  );
  if (options.report) writeFileSync(join(ROOT, options.report), toReport(save()));
  const survivors = results.filter(({ ended, reason }) => ended !== "failed" && !reason);
  console.log(`${results.length} mutants, ${survivors.length} survived or are undecided, without a reason`);
  process.exitCode = survivors.length > 0 ? 1 : 0;
};

await main().catch((error) => {
  console.error(`mutate: ${error.message}`);
  process.exitCode = 1;
});
