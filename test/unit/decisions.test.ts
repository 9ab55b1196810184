/** The list of decisions has every file once, in order. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const FOLDER = join(import.meta.dirname, "../../docs/decisions");

test("the list of decisions has each of them once, in the order of their numbers", () => {
  const files = readdirSync(FOLDER).filter((file) => file !== "README.md");
  const list = readFileSync(join(FOLDER, "README.md"), "utf8");

  const listed = [...list.matchAll(/^- \[(\d{4})\]\((.+?)\): \S/gm)].map(([, number, file]) => [
    number,
    file,
  ]);

  expect(listed).toEqual(files.toSorted().map((file) => [file.slice(0, 4), file]));
});

test("no two decisions have one number", () => {
  const numbers = readdirSync(FOLDER).flatMap((file) => /^\d{4}/.exec(file) ?? []);

  expect(numbers).toEqual([...new Set(numbers)]);
});
