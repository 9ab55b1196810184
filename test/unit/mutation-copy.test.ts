/** How a mutation pass hears which lines of a script its tests run. */
import { expect, test } from "vitest";

const MODULE = new URL("../../scripts/mutation-copy.mjs", import.meta.url).href;
// A script has no types of its own.
const { tellingLines } = (await import(MODULE)) as { tellingLines: (code: string) => string };

const SCRIPT = [
  "local held = redis.call('GET', KEYS[1])",
  "local may = {",
  "  take = held,",
  "  leave = true,",
  "}",
  "if held then",
  "  return 1",
  "else",
  "  return may.leave",
  "end",
];

test("a script tells of each line at which a statement begins, and still is a script where a table has several lines", () => {
  const code = `name: "ring",\n sha1: "0",\n lua: ${JSON.stringify(SCRIPT.join("\n"))}`;

  const [, told = ""] = /lua: (".*")/.exec(tellingLines(code)) ?? [];

  const lines = (JSON.parse(told) as string).split("\n");
  expect(
    lines.flatMap((line, i) => (line === `redis.log(3,'ran ring ${i}') ${SCRIPT[i]}` ? [i] : [])),
  ).toEqual([0, 1, 5, 6, 8]);
  expect([2, 3, 4, 7, 9].map((i) => lines[i])).toEqual([2, 3, 4, 7, 9].map((i) => SCRIPT[i]));
});
