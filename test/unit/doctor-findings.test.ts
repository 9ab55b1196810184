/** What the data API finds by itself is told by the doctor, too, each kind by one check. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const ROOT = join(import.meta.dirname, "../..");

test("each kind of finding of the data API is asked for by one check of the doctor", () => {
  const source = readFileSync(join(ROOT, "packages/core/src/api/findings/finding.ts"), "utf8");
  const kinds = [.../FindingKind =([^;]*);/.exec(source)![1]!.matchAll(/"([\w-]+)"/g)].map(
    ([, kind]) => kind,
  );
  const folder = join(ROOT, "packages/tsq/src/doctor/checks");
  const asked = readdirSync(folder).flatMap((file) =>
    [...readFileSync(join(folder, file), "utf8").matchAll(/\.findings\(([^)]*)\)/g)].flatMap(
      ([, names = ""]) => [...names.matchAll(/"([\w-]+)"/g)].map(([, name]) => name),
    ),
  );

  expect(kinds.length).toBeGreaterThan(10);
  expect(asked.toSorted()).toEqual(kinds.toSorted());
});
