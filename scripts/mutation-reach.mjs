/** Which tests run which code, as V8 counts it, and how long they take: what chooses the tests of a mutant. */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { ROOT } from "./npm.mjs";

export const hashOf = (text) => createHash("sha1").update(text).digest("hex").slice(0, 10);

const read = (path) => readFileSync(join(ROOT, path), "utf8");

/** Tests of these folders are asked; what else there is starts processes and browsers, or needs a Ruby. */
const TESTS = ["unit", "integration", "waiting"];

/** What is about other packages. */
const ELSEWHERE = /^test\/\w+\/(?:web|doctor)\//;

/** The first step takes so long, by what it took when nothing was wrong, with what each file needs besides. */
const FIRST_MS = 4_000;
const START_MS = 300;

const CACHE = "node_modules/.cache/mutation-reach.json";

const testFiles = () =>
  execFileSync(
    "git",
    ["ls-files", "--cached", "--others", "--exclude-standard", ...TESTS.map((name) => `test/${name}`)],
    {
      cwd: ROOT,
      encoding: "utf8",
    },
  )
    .trim()
    .split("\n")
    .filter((file) => file.endsWith(".test.ts") && !ELSEWHERE.test(file));

/**
 * By test file: its hash, and of each of its tests the name, the milliseconds and what it ran. What is known from before
 * is asked again of the files that are new or changed, and of all once code has changed.
 */
export const learnReach = async ({ code, runs, log, out }) => {
  const stored = existsSync(join(ROOT, CACHE)) ? JSON.parse(read(CACHE)) : {};
  const known = stored.code === code ? stored.files : {};
  const files = {};
  const hashes = Object.fromEntries(testFiles().map((file) => [file, hashOf(read(file))]));
  for (const [file, hash] of Object.entries(hashes))
    if (known[file]?.hash === hash) files[file] = known[file];
  const news = Object.keys(hashes).filter((file) => !files[file]);
  if (news.length > 0) {
    log(`asks ${news.length} test files what they run`);
    rmSync(out, { force: true });
    const failed = new Set();
    await runs.run(
      news.map((file) => ({ file })),
      {
        workers: 2,
        isToTheEnd: true,
        onTest: ({ file, name, state }) => state === "failed" && failed.add(`${file} ${name}`),
      },
    );
    for (const one of failed) log(`not asked, for it fails without a mutant: ${one}`);
    for (const file of news) files[file] = { hash: hashes[file], tests: [] };
    for (const line of readFileSync(out, "utf8").trim().split("\n")) {
      const { file, name, ms, reach } = JSON.parse(line);
      if (files[file] && !failed.has(`${file} ${name}`)) files[file].tests.push({ name, ms, reach });
    }
    mkdirSync(dirname(join(ROOT, CACHE)), { recursive: true });
    writeFileSync(join(ROOT, CACHE), JSON.stringify({ code, files }));
  }
  return new Reach(files);
};

/** `ranges` are the ends of what ran: from the first to the second, from the third to the fourth … */
const holds = (ranges, at) => {
  let low = 0;
  let high = ranges.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ranges[middle] <= at) low = middle + 1;
    else high = middle;
  }
  return low % 2 === 1;
};

/** How much of a file ran. */
const sizeOf = (ranges = []) => ranges.reduce((sum, at, i) => (i % 2 === 0 ? sum - at : sum + at), 0);

/** As it is now; undefined when it is gone. */
const hashNow = (file) => (existsSync(join(ROOT, file)) ? hashOf(read(file)) : undefined);

export class Reach {
  #files;

  constructor(files) {
    this.#files = files;
  }

  hash(file) {
    return this.#files[file]?.hash ?? hashNow(file);
  }

  /** The tests that run one of the places, by file. What runs only while modules are loaded is run by all that use the module. */
  of(places) {
    const runs = (reach) =>
      places.some(
        ({ built, at }) => reach[built] && (holds(reach[built], at) || holds(reach[built], at - 2)),
      );
    const uses = (reach) => places.some(({ built }) => reach[built]);
    const found = (isIt) =>
      Object.entries(this.#files).flatMap(([file, { tests }]) => {
        const all = tests.filter(({ name, reach }) => name !== undefined && isIt(reach));
        // Hooks of the file run it: each of its tests may notice.
        const own = tests.some(({ name, reach }) => name === undefined && isIt(reach))
          ? tests.filter(({ name }) => name !== undefined)
          : all;
        if (own.length === 0) return [];
        const muchOf = ({ reach }) => places.reduce((sum, { built }) => sum + sizeOf(reach[built]), 0);
        const told = own.map((test) => ({ name: test.name, ms: test.ms, much: muchOf(test) }));
        return [{ file, tests: told.sort((one, other) => other.much - one.much) }];
      });
    const ran = found(runs);
    return ran.length > 0 ? ran : found(uses);
  }

  /** All tests of a file. */
  all(file) {
    const tests = (this.#files[file]?.tests ?? []).filter(({ name }) => name !== undefined);
    return { file, tests: tests.map(({ name, ms }) => ({ name, ms })) };
  }

  /** What to run of these, one step after the other. */
  steps(found, { file, kills, budgetMs }) {
    return stepsOf(found, file, kills, budgetMs);
  }
}

/** Test files that somebody has named, whatever they run: all of each is run, those first that may know most of the file. */
export class NamedTests {
  #files;
  // Of what is run: somebody may edit them meanwhile.
  #hashes;

  constructor(files) {
    this.#files = files;
    this.#hashes = new Map(files.map((file) => [file, hashNow(file)]));
  }

  hash(file) {
    return this.#hashes.get(file) ?? hashNow(file);
  }

  of() {
    return this.#files.map((file) => ({ file }));
  }

  steps(found, { file, kills }) {
    const most = Math.max(1, ...kills.values());
    const score = (one) => (kills.get(one.file) ?? 0) / most + kinship(one.file, file);
    return found.toSorted((a, b) => score(b) - score(a)).map((one) => [one]);
  }
}

const costOf = ({ tests }) => tests.reduce((sum, { ms }) => sum + ms, 0);

const rank = (file) => TESTS.findIndex((name) => file.startsWith(`test/${name}/`));

/** By their names, how much a test file may know of a mutated one: `slots.test.ts` of `slots.ts`, the folder `fetch` of `fetch/`. */
const kinship = (test, file) => {
  const [own] = basename(file).split(".");
  const room = test.split("/")[2];
  const isRoom = file.includes(`/${room}/`) || (file.startsWith("lua/core/") && room === "fetch");
  return (basename(test).startsWith(own) ? 0.5 : 0) + (isRoom ? 0.25 : 0);
};

/**
 * What to run: who is likely to notice in one process, then all others in two. First who noticed most in this file so far and who runs
 * most of it, odd cases and all; then unit tests before integration, and the quick before the slow.
 */
const stepsOf = (found, file, kills, budgetMs) => {
  const most = Math.max(1, ...kills.values());
  const muchOf = ({ tests }) => tests[0]?.much ?? 0;
  const muchest = Math.max(1, ...found.map(muchOf));
  const score = (one) => (kills.get(one.file) ?? 0) / most + muchOf(one) / muchest + kinship(one.file, file);
  const sorted = found.toSorted(
    (a, b) => score(b) - score(a) || rank(a.file) - rank(b.file) || costOf(a) - costOf(b),
  );
  const chosen = [];
  let spent = 0;
  for (const one of sorted) {
    if (spent > budgetMs) break;
    let ms = 0;
    // One is run however long it takes; and no file takes all the time, by its tests that run the least.
    const room = Math.min(budgetMs - spent, budgetMs / 3);
    const tests = one.tests.filter((test) => ms + test.ms <= room && (ms += test.ms) >= 0);
    if (tests.length === 0 && chosen.length === 0) tests.push(one.tests[0]);
    if (tests.length > 0) chosen.push({ file: one.file, tests });
    spent += ms;
  }
  let firstMs = 0;
  const first =
    chosen.findIndex((one) => (firstMs += costOf(one) + START_MS) > FIRST_MS) + 1 || chosen.length;
  return [chosen.slice(0, first), chosen.slice(first)].filter((step) => step.length > 0);
};
