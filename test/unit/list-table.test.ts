/** What a list gives up where there is little room, and what it never does. */
import { describe, expect, test } from "vitest";
import {
  ageInWords,
  cutText,
  inertJson,
  listTable,
  plainText,
  shortClass,
  spanText,
  tableLines,
  whenText,
  widthOf,
  wrapped,
} from "../support/inside-tsq.ts";
import type { Row } from "../support/inside-tsq.ts";

describe("a class in less room than its name", () => {
  test.for([
    [40, "Billing::Invoices::CapturePaymentJob"],
    [34, "…::Invoices::CapturePaymentJob"],
    [20, "…::CapturePaymentJob"],
    [18, "CapturePaymentJob"],
    [16, "CapturePayment…"],
    [9, "Capture…"],
    [5, "Capt…"],
  ] as const)("has %i columns: %s", ([width, shown]) => {
    expect(shortClass("Billing::Invoices::CapturePaymentJob", width)).toBe(shown);
  });

  test.for([
    ["of namespaces", `${"A::".repeat(90_000)}HardJob`, "…::A::A::A::HardJob"],
    ["of words", "Word".repeat(250_000), "WordWordWordWord…"],
    ["of one word", "w".repeat(1_000_000), `${"w".repeat(19)}…`],
  ] as const)("is cut at once where it has a great many letters, %s", ([, name, shown]) => {
    // Part by part it takes longer than a test may.
    expect(shortClass(name, 20)).toBe(shown);
  });
});

describe("a list", () => {
  const COLUMNS = [
    { head: "JID" },
    { head: "Class", cuts: "class" },
    { head: "Size", isNumber: true },
    { head: "Error", cuts: "text" },
  ] as const;
  const JID = "4f2b7f0e9a8c4d5e6f708192";
  const ROWS = [
    [JID, "Billing::Invoices::CapturePaymentJob", "1,234,567", "Net::ReadTimeout: execution expired"],
    [JID, "HardJob", "1", "支払いが拒否されました"],
  ];

  test("that has room is whole", () => {
    expect(listTable(COLUMNS, ROWS, Infinity).split("\n")).toEqual([
      "JID                       Class                                      Size  Error",
      `${JID}  Billing::Invoices::CapturePaymentJob  1,234,567  Net::ReadTimeout: execution expired`,
      `${JID}  HardJob                                       1  支払いが拒否されました`,
    ]);
  });

  test("cuts the text first, then the class, and never the jid or a number", () => {
    const lines = listTable(COLUMNS, ROWS, 72).split("\n");

    expect(lines[1]).toBe(`${JID}  …::CapturePaymentJob  1,234,567  Net::ReadTim…`);
  });

  test("is in `tsq top` what it is in a shell, wherever there is room for all columns", () => {
    const rows = ROWS.map((cells, i): Row => ({
      key: `${i}`,
      cells,
      target: { kind: "finding", leadsTo: undefined },
    }));

    for (let width = 68; width < 140; width++) {
      const marked = { chosen: -1, ticks: new Map(), columns: width + 3 };
      const lines = tableLines(COLUMNS, rows, marked).map((line) => plainText(line).slice(3).trimEnd());
      expect(lines, `in ${width} columns`).toEqual(listTable(COLUMNS, ROWS, width).split("\n"));
      expect(lines[1]).toContain(JID);
    }
  });

  test.for([
    [67, "JID Class Size Error", `${JID} CapturePayment… 1,234,567 Net::ReadTi…`],
    [66, "JID Class Size", `${JID} …::CapturePaymentJob 1,234,567`],
    [60, "JID Class Size", `${JID} …::CapturePaymentJob 1,234,567`],
  ] as const)("in %i columns gives up the text, and stays a list", ([width, ...shown]) => {
    const lines = listTable(COLUMNS, ROWS, width).split("\n");

    expect(lines).toHaveLength(3);
    expect(lines.slice(0, 2).map((line) => line.replaceAll(/ +/g, " "))).toEqual(shown);
  });

  test("in a pipe one huge class moves no other row", () => {
    const huge = "A".repeat(500);

    const lines = listTable(COLUMNS, [[JID, huge, "1", "boom"], ...ROWS], Infinity).split("\n");

    expect(lines[1]).toBe(`${JID}  ${huge}          1  boom`);
    expect(lines[3]).toBe(`${JID}  ${"HardJob".padEnd(60)}          1  支払いが拒否されました`);
  });

  test("without room for that has its rows below each other", () => {
    const text = listTable(COLUMNS, ROWS, 40);

    expect(text.split("\n").every((line) => line.length <= 40)).toBe(true);
    expect(text.split("\n")[0]).toBe(JID);
    expect(text).toContain("  Class: Billing::Invoices::CapturePayme\n");
  });

  test("without room has three lines of each text at most", () => {
    const text = listTable(COLUMNS, [[JID, "Word::".repeat(100), "1", "failed ".repeat(100)]], 40);

    expect(text.split("\n").map((line) => line.trim().slice(0, 4))).toEqual([
      JID.slice(0, 4),
      "Clas",
      "ord:",
      "d::W",
      "Size",
      "Erro",
      "led ",
      "fail",
    ]);
  });

  test("without room has of a huge class but its beginning, and nothing wider than the terminal", () => {
    const text = listTable(COLUMNS, [[JID, "漢字Job::".repeat(10_000), "1", "エラー".repeat(30)]], 40);

    const lines = text.split("\n");
    expect(lines.length).toBeLessThan(10);
    expect(lines.filter((line) => widthOf(line) > 40)).toEqual([]);
    expect(text).toContain("…");
    expect(text).toContain(JID);
  });
});

describe("times", () => {
  test.for([
    [0, "0s"],
    [59_400, "59s"],
    [60_000, "1m"],
    [3_599_000, "59m"],
    [7_200_000, "2h"],
    [9 * 86_400_000, "9d"],
  ] as const)("of %i ms are %s", ([ms, text]) => {
    expect(spanText(ms)).toBe(text);
  });

  test("that have come and are to come are told apart", () => {
    expect(whenText(new Date(0), 60_000)).toBe("1m ago");
    expect(whenText(new Date(60_000), 0)).toBe("in 1m");
    expect(whenText(undefined, 0)).toBe("");
  });

  test.for([
    [59, "just now"],
    [60, "a minute ago"],
    [120, "2 minutes ago"],
    [3_600, "an hour ago"],
    [7_200, "2 hours ago"],
  ] as const)("%i seconds ago is %s", ([seconds, text]) => {
    expect(ageInWords(new Date(0), seconds * 1_000)).toBe(text);
  });
});

test("a long line is broken at spaces, and a word that is longer than a line goes on in the next", () => {
  expect(wrapped("Queue  critical, default, low", 20, 7)).toEqual([
    "Queue  critical,",
    "       default, low",
  ]);
  expect(wrapped("a".repeat(25), 10, 2)).toEqual([
    "a".repeat(10),
    `  ${"a".repeat(8)}`,
    `  ${"a".repeat(7)}`,
  ]);
});

test("a line of two megabytes is broken as well, in the memory that it has", () => {
  const lines = wrapped("x".repeat(2_000_000), 80, 11);

  expect(lines.length).toBe(1 + Math.ceil((2_000_000 - 80) / 69));
  expect(lines.map((line) => line.trimStart()).join("")).toHaveLength(2_000_000);
});

describe("texts whose characters have two columns, or none", () => {
  test("are broken at the width of the terminal", () => {
    const lines = wrapped(`Message    ${"漢字".repeat(100)}`, 40, 11);

    expect(lines.filter((line) => widthOf(line) > 40)).toEqual([]);
    expect(lines.filter((line) => widthOf(line) < 38)).toHaveLength(1);
    expect(lines.map((line) => line.trimStart()).join("")).toBe(`Message    ${"漢字".repeat(100)}`);
  });

  test.for([
    ["between characters", "漢字漢字", 3, "漢…"],
    ["not within an emoji", "ab👍🏽cd", 4, "ab…"],
    ["not before an accent", "abe\u0301cd", 4, "abe\u0301…"],
    ["not where they fit", "漢字", 4, "漢字"],
    ["where one character is too wide, to the mark of it", "漢字", 1, "…"],
  ] as const)("are cut %s", ([, text, columns, shown]) => {
    expect(cutText(text, columns)).toBe(shown);
  });

  test("are broken at once where they are a megabyte", () => {
    // Looked at as a whole it takes longer than a test may.
    const lines = wrapped("漢".repeat(300_000), 80, 0);

    expect(lines).toHaveLength(7_500);
  });
});

test("JSON for a terminal means the same, and holds nothing that a terminal obeys", () => {
  const value = { message: "a\u009b31m\u202eb\u2028\u0007" };

  const text = inertJson(JSON.stringify(value));

  expect(JSON.parse(text)).toEqual(value);
  // oxlint-disable-next-line no-control-regex -- that is what must not be there
  expect(text).not.toMatch(/[\0-\x1f\x7f-\x9f\u202e\u2028]/);
});
