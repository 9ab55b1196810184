/** The keys of `tsq top` stand in one list: what it shows, `--help` and the document have those, and each does something. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { jidOf } from "../../support/failed-jobs.ts";
import { ALL_BINDINGS, COMMANDS, LOOKING, onKey } from "../../support/inside-tsq.ts";
import { looking, pictureOfRows, pressed, rowsOf, textsOf, typed } from "../../support/top-state.ts";

/** `j/k, ↑/↓` is four; `/` is one. */
const keysIn = (text: string): readonly string[] => (text === "/" ? ["/"] : text.split(/[/,]\s*/));

const LISTED = new Set([...LOOKING.flatMap(([key]) => keysIn(key)), ...ALL_BINDINGS.map(({ key }) => key)]);

const RETRIES = looking(pictureOfRows(rowsOf([{ jid: jidOf(1) }, { jid: jidOf(2) }]), { total: 2 }));

const inOrder = (keys: Iterable<string>) => [...keys].toSorted((one, other) => one.localeCompare(other));

test("the table of the document has each of them, and no other", () => {
  const document = readFileSync(new URL("../../../docs/terminal.md", import.meta.url), "utf8");
  const [, table = ""] = /^\| key \| does \|\n\|---\|---\|\n((?:\|.*\n)+)/m.exec(document) ?? [];

  const keys = [...table.matchAll(/^\| (.*?) \| /gm)].flatMap(([, cell = ""]) =>
    [...cell.matchAll(/`([^`]+)`/g)].map(([, key = ""]) => key),
  );

  // Of the tabs it names the first and the last.
  expect(inOrder(keys)).toEqual(inOrder([...LISTED, "1", "7"]));
});

test("--help has each with what it does", () => {
  const command = COMMANDS.find(({ name }) => name === "top");
  const more = command && "more" in command ? (command.more ?? "") : "";

  const lines = more.split("\n").map((line) => line.trim().replace(/ {2,}/, "  "));

  for (const [key, tells] of [...LOOKING, ...ALL_BINDINGS.map(({ key, tells }) => [key, tells] as const)])
    expect(lines).toContain(`${key}  ${tells}`);
});

describe("the last line", () => {
  test.for([
    ["of a list", RETRIES],
    ["of a tab without rows", pressed(RETRIES, "1").state],
    ["of a job", pressed(RETRIES, "enter").state],
    ["of the help", pressed(RETRIES, "?").state],
    ["of a filter", pressed(RETRIES, "/").state],
  ] as const)("%s names no other", ([, state]) => {
    const named = (textsOf(state, { columns: 200, rows: 40 }).at(-1) ?? "")
      .split("  ")
      .flatMap((part) => keysIn(part.split(" ")[0] ?? ""));

    expect(named.length).toBeGreaterThan(1);
    expect(named.filter((key) => !LISTED.has(key))).toEqual([]);
  });
});

test("each letter that is listed does something somewhere, and no other does", () => {
  const letters = Array.from({ length: 94 }, (_, i) => String.fromCodePoint(33 + i));
  const elsewhere = ALL_BINDINGS.map(({ key }) => key);

  for (const letter of letters.filter((one) => !/[1-7]/.test(one))) {
    const { said } = pressed(RETRIES, letter).state;
    const isIdle = said === `${letter} does nothing here: ? lists the keys.`;
    if (!elsewhere.includes(letter)) expect(isIdle, letter).toBe(!LISTED.has(letter));
  }
});

test("the help says all of it on a narrow screen, and is scrolled to its end there", () => {
  const size = { columns: 60, rows: 60 };
  const help = pressed(RETRIES, "?").state;

  const said = textsOf(help, size).join(" ").replaceAll(/\s+/g, " ");

  for (const { tells } of ALL_BINDINGS) expect(said).toContain(tells);
  expect(said).toContain("asked about first, and stands in the audit trail.");
  const end = typed("j".repeat(80)).reduce((state, key) => onKey(state, key, size).state, help);
  expect(
    textsOf(end, size)
      .slice(5, -2)
      .filter((line) => line !== ""),
  ).toEqual(["audit trail."]);
});

test("the help is scrolled to its last line, whatever it has", () => {
  const end = pressed(RETRIES, "?", ...typed("j".repeat(60))).state;

  const lines = textsOf(end).slice(5, -2);

  expect(lines.filter((line) => line !== "")).toEqual([
    "What changes jobs is asked about first, and stands in the audit trail.",
  ]);
});
