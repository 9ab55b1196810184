import { expect, test } from "vitest";

interface Found {
  readonly file: string;
  readonly tests?: readonly { readonly name: string }[];
}
interface NamedTests {
  of: () => readonly Found[];
  steps: (
    found: readonly Found[],
    of: { readonly file: string; readonly kills: ReadonlyMap<string, number> },
  ) => readonly (readonly Found[])[];
  hash: (file: string) => string | undefined;
}

const MODULE = new URL("../../scripts/mutation-reach.mjs", import.meta.url).href;
// A script has no types of its own.
const { NamedTests } = (await import(MODULE)) as { NamedTests: new (files: readonly string[]) => NamedTests };

const OWN = "test/unit/mutation-reach.test.ts";

const FILES = ["test/unit/a.test.ts", "test/unit/b.test.ts", "test/unit/fire-twice.test.ts"];

test.each([
  ["those first that have its name", "lua/cron/fire.lua", {}, [2, 0, 1]],
  ["those first that have noticed most of it", "lua/cron/fire.lua", { "test/unit/b.test.ts": 3 }, [1, 2, 0]],
  ["in the order that they are named in", "lua/cron/save.lua", {}, [0, 1, 2]],
] as const)("of test files that are named all of each is run, %s", (_, file, kills, order) => {
  const named = new NamedTests(FILES);

  const steps = named.steps(named.of(), { file, kills: new Map(Object.entries(kills)) });

  expect(steps).toEqual(order.map((i) => [{ file: FILES[i] }]));
});

test("a test file is known by what it says, and one that is gone by nothing", () => {
  const named = new NamedTests([]);

  expect(named.hash(OWN)).toMatch(/^[0-9a-f]{10}$/);
  expect(named.hash("test/unit/there-is-none.test.ts")).toBeUndefined();
});
