import { expect, test } from "vitest";

interface Mutant {
  readonly mutator: string;
  readonly after: string;
}
type MutantsOf = (file: string, text: string) => readonly Mutant[];

const MODULE = new URL("../../scripts/mutators.mjs", import.meta.url).href;
// A script has no types of its own.
const { mutantsOf } = (await import(MODULE)) as { mutantsOf: MutantsOf };

/** What is made of one line, by its mistake. */
const made = (file: string, ...lines: readonly string[]) =>
  Object.fromEntries(mutantsOf(file, lines.join("\n")).map(({ mutator, after }) => [mutator, after]));

test("a guard is left out, and its condition is negated", () => {
  expect(made("a.ts", "    if (unit.adoption) return;")).toEqual({
    "a guard left out": "",
    "a condition negated": "if (!(unit.adoption)) return;",
  });
});

test("each place of an operator makes a mutant of its own", () => {
  const mutants = mutantsOf("a.ts", "  const c = a && b && d;");

  expect(mutants.map(({ after }) => after)).toEqual(["const c = a || b && d;", "const c = a && b || d;"]);
});

test("a method returns at once", () => {
  expect(made("a.ts", "  #next(): void {")).toEqual({ "a return at once": "#next(): void { return;" });
});

test("a command of a script is left out, and its ends are swapped", () => {
  expect(made("a.lua", "--[[", "  a: call('X')", "]]", "    call('RPUSH', target, value)")).toEqual({
    "`LPUSH` for `RPUSH`": "call('LPUSH', target, value)",
    "a command left out": "",
  });
});

test("comments and imports have no mistakes", () => {
  expect(mutantsOf("a.ts", ["// a && b", " * a && b", 'import { a } from "a && b";'].join("\n"))).toEqual([]);
});

test("a line of the log and the instant at which a time is over have no mistakes that matter", () => {
  expect(made("a.ts", '    this.#options.log.info({ jid }, "Done");')).toEqual({});
  expect(Object.keys(made("a.ts", "    if (performance.now() >= untilMs) throw error;"))).toEqual([
    "a guard left out",
    "a condition negated",
  ]);
});
