/**
 * What mutation passes have found, kept under version control (test/mutations/pass.json): of each mutated file what its
 * mutants were, at which commit they were run, which test file has noticed which of them, and which survived. A mutant is
 * `line.n`, the n-th of its line.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { hashOf } from "./mutation-reach.mjs";
import { ROOT } from "./npm.mjs";

const PASS = "test/mutations/pass.json";

/** Gives each mutant of a file its id. */
export const withIds = (mutants) => {
  const seen = new Map();
  return mutants.map((one) => {
    const n = seen.get(one.line) ?? 0;
    seen.set(one.line, n + 1);
    return { ...one, id: `${one.line}.${n}` };
  });
};

/** Another text, or other mistakes in the same text. */
const hashOfMutants = (mutants) =>
  hashOf(JSON.stringify(mutants.map(({ id, before, after }) => [id, before, after])));

export class Pass {
  #stored;

  /** @param path a pass.json; of this repository, if there is none */
  constructor(path = join(ROOT, PASS)) {
    this.#stored = existsSync(path) ? JSON.parse(readFileSync(path, "utf8")) : { files: {}, tests: {} };
  }

  /** What is known of a file whose mutants are these; nothing when they were others. */
  of(file, mutants) {
    const known = this.#stored.files[file];
    return known?.mutants === hashOfMutants(mutants) ? known : undefined;
  }

  /** How a mutant ended: its killer, what it survived, or undefined. */
  static verdict(known, id) {
    for (const [killer, ids] of Object.entries(known?.killed ?? {}))
      if (ids.split(" ").includes(id)) return { ended: "failed", by: killer };
    for (const ended of ["passed", "unreached", "late"])
      if (known?.[ended]?.[id] !== undefined) return { ended, tests: known[ended][id] };
    return undefined;
  }

  /** Whether a killer's test file is what it was when it killed. */
  isSame(killer, hash) {
    return this.#stored.tests[killer] === hash;
  }

  /** How many mutants each test file has noticed in this file. */
  kills(file) {
    const killed = Object.entries(this.#stored.files[file]?.killed ?? {});
    return new Map(killed.map(([killer, ids]) => [killer, ids.split(" ").length]));
  }

  /** @param tests the hash of the tests that it was run with, or the killer's */
  note({ file, mutants, id, commit, ended, by, tests }) {
    const known = this.of(file, mutants) ?? { mutants: hashOfMutants(mutants), killed: {} };
    this.#forget(known, id);
    known.at = commit;
    if (ended === "failed") {
      const own = known.killed[by]?.split(" ") ?? [];
      known.killed[by] = [...own, id].sort(byNumbers).join(" ");
      this.#stored.tests[by] = tests;
    } else (known[ended] ??= {})[id] = tests;
    this.#stored.files[file] = known;
  }

  /**
   * Takes what another pass knows of the same mutants, and answers how many verdicts that were. What one of them has killed
   * is killed; what another version of a test has killed stays out once this pass knows the test as it is now.
   *
   * @param hashNow the hash of a test file as it is now
   */
  take(other, { file, mutants, hashNow }) {
    const known = other.of(file, mutants);
    if (!known) return 0;
    const isNow = (killer, hash) => killer === "the build" || hash === hashNow(killer);
    let taken = 0;
    for (const { id } of mutants) {
      const theirs = Pass.verdict(known, id);
      const ours = Pass.verdict(this.of(file, mutants), id);
      if (!theirs || RANKS.indexOf(ours?.ended) > RANKS.indexOf(theirs.ended)) continue;
      const tests = theirs.by ? other.#stored.tests[theirs.by] : theirs.tests;
      if (theirs.by) {
        const own = this.#stored.tests[theirs.by];
        const isTheirsNow = isNow(theirs.by, tests);
        if (!isTheirsNow && own !== undefined && isNow(theirs.by, own)) continue;
        if (ours?.by && (!isTheirsNow || isNow(ours.by, this.#stored.tests[ours.by]))) continue;
      } else if (ours?.ended === theirs.ended && ours.tests === tests) continue;
      this.note({ file, mutants, id, commit: known.at, ...theirs, tests });
      taken++;
    }
    return taken;
  }

  #forget(known, id) {
    for (const [killer, ids] of Object.entries(known.killed)) {
      const others = ids.split(" ").filter((one) => one !== id);
      if (others.length > 0) known.killed[killer] = others.join(" ");
      else delete known.killed[killer];
    }
    for (const ended of ["passed", "unreached", "late"]) {
      delete known[ended]?.[id];
      if (known[ended] && Object.keys(known[ended]).length === 0) delete known[ended];
    }
  }

  save() {
    const sorted = (object) =>
      Object.fromEntries(Object.entries(object).sort(([a], [b]) => (a < b ? -1 : 1)));
    const { files, tests } = this.#stored;
    const used = new Set(Object.values(files).flatMap(({ killed }) => Object.keys(killed)));
    const kept = Object.entries(tests).filter(([test]) => used.has(test));
    const stored = { files: sorted(files), tests: sorted(Object.fromEntries(kept)) };
    writeFileSync(join(ROOT, PASS), `${JSON.stringify(stored, null, 2)}\n`);
  }
}

/** Who of two passes is believed. A test that did not end in time, and tests that were not asked, say the least. */
const RANKS = [undefined, "unreached", "late", "passed", "failed"];

const byNumbers = (a, b) => {
  const [[line, n], [otherLine, other]] = [a, b].map((id) => id.split(".").map(Number));
  return line - otherLine || n - other;
};
