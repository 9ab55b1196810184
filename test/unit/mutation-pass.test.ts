import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";

type Mutants = readonly { readonly id: string; readonly before: string; readonly after: string }[];
interface Verdict {
  readonly ended: string;
  readonly by?: string;
  readonly tests?: string;
}
interface Pass {
  of: (file: string, mutants: Mutants) => object | undefined;
  note: (verdict: Verdict & { file: string; mutants: Mutants; id: string; commit: string }) => void;
  isSame: (killer: string, hash: string) => boolean;
  take: (
    other: Pass,
    of: { file: string; mutants: Mutants; hashNow: (killer: string) => string | undefined },
  ) => number;
}
interface PassClass {
  new (path: string): Pass;
  verdict: (known: object | undefined, id: string) => Verdict | undefined;
}

const MODULE = new URL("../../scripts/mutation-pass.mjs", import.meta.url).href;
// A script has no types of its own.
const { Pass } = (await import(MODULE)) as { Pass: PassClass };

const FILE = "a.ts";
const MUTANTS = ["1.0", "1.1", "2.0"].map((id) => ({ id, before: "a && b", after: `a || b ${id}` }));

/** What a checkout has found. */
const passOf = (found: Readonly<Record<string, Verdict>>, mutants: Mutants = MUTANTS): Pass => {
  const folder = mkdtempSync(join(tmpdir(), "tsq-pass-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, "pass.json");
  writeFileSync(path, JSON.stringify({ files: {}, tests: {} }));
  const pass = new Pass(path);
  for (const [id, verdict] of Object.entries(found))
    pass.note({ file: FILE, mutants, id, commit: "c", ...verdict });
  return pass;
};

const killed = (tests: string): Verdict => ({ ended: "failed", by: "a.test.ts", tests });
const survived: Verdict = { ended: "passed", tests: "t" };
const undecided: Verdict = { ended: "late", tests: "t" };

const taken = (pass: Pass, other: Pass) =>
  pass.take(other, { file: FILE, mutants: MUTANTS, hashNow: () => "now" });

const verdicts = (pass: Pass) => MUTANTS.map(({ id }) => Pass.verdict(pass.of(FILE, MUTANTS), id)?.ended);

test("a pass takes what another one has found of other mutants of a file", () => {
  const pass = passOf({ "1.0": killed("now") });

  expect(taken(pass, passOf({ "1.1": killed("now"), "2.0": survived }))).toBe(2);
  expect(verdicts(pass)).toEqual(["failed", "failed", "passed"]);
  expect(pass.isSame("a.test.ts", "now")).toBe(true);
});

test("of two verdicts a kill counts more than a survivor, and that more than an undecided one", () => {
  const all = { "1.0": killed("now"), "1.1": survived, "2.0": undecided };
  const turned = { "1.0": survived, "1.1": undecided, "2.0": killed("now") };
  for (const [one, other] of [
    [all, turned],
    [turned, all],
  ] as const) {
    const pass = passOf(one);
    taken(pass, passOf(other));
    expect(verdicts(pass)).toEqual(["failed", "passed", "failed"]);
  }
});

test("what is known of a file that is another one here stays out", () => {
  const pass = passOf({});
  const others = MUTANTS.map((one) => ({ ...one, before: "a && c" }));

  expect(taken(pass, passOf({ "1.0": survived }, others))).toBe(0);
  expect(verdicts(pass)).toEqual([undefined, undefined, undefined]);
});

test("what a test killed before it was changed is run again, unless nothing better is known", () => {
  const pass = passOf({ "1.0": killed("before") });
  taken(pass, passOf({ "1.1": killed("earlier") }));
  expect(verdicts(pass)).toEqual(["failed", "failed", undefined]);

  taken(pass, passOf({ "1.0": killed("now") }));
  taken(pass, passOf({ "2.0": killed("before") }));

  expect(verdicts(pass)).toEqual(["failed", "failed", undefined]);
  expect(pass.isSame("a.test.ts", "now")).toBe(true);
});
