import { expect, test } from "vitest";

interface Found {
  readonly file: string;
  readonly tests?: readonly { readonly name: string }[];
}
interface NamedTests {
  of: () => readonly Found[];
  steps: (found: readonly Found[]) => readonly (readonly Found[])[];
  hash: (file: string) => string | undefined;
}

const MODULE = new URL("../../scripts/mutation-reach.mjs", import.meta.url).href;
// A script has no types of its own.
const { NamedTests } = (await import(MODULE)) as { NamedTests: new (files: readonly string[]) => NamedTests };

const OWN = "test/unit/mutation-reach.test.ts";

test("test files that are named are run one after the other, all of each", () => {
  const named = new NamedTests(["test/unit/b.test.ts", "test/unit/a.test.ts"]);

  expect(named.steps(named.of())).toEqual([
    [{ file: "test/unit/b.test.ts" }],
    [{ file: "test/unit/a.test.ts" }],
  ]);
});

test("a test file is known by what it says, and one that is gone by nothing", () => {
  const named = new NamedTests([]);

  expect(named.hash(OWN)).toMatch(/^[0-9a-f]{10}$/);
  expect(named.hash("test/unit/there-is-none.test.ts")).toBeUndefined();
});
