/** Tries a mutant on: builds it in the copy (mutation-copy.mjs), and runs the tests that may notice it. */
import { hashOf } from "./mutation-reach.mjs";

/** Tries mutants on, one at a time. */
export class Trial {
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
      const kills = this.#pass.kills(file);
      const steps = this.#reach.steps(found, { file, kills, budgetMs: this.#budgetMs });
      let isUndecided = false;
      for (const [n, step] of steps.entries()) {
        let left = step;
        while (left.length > 0) {
          const answer = await this.#runs.run(left, { workers: Math.min(n + 1, left.length, 2) });
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
    const tests = of?.tests?.filter(({ name }) => name === by.name) ?? (by.name === "" ? [] : [by]);
    const alone = [{ file: by.file, tests: tests.length > 0 ? tests : of?.tests }];
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
    if (!one.tests) return [];
    const tests = one.tests.filter((test) => name !== "" && test.name !== name);
    return tests.length > 0 && tests.length < one.tests.length ? [{ ...one, tests }] : [];
  });
