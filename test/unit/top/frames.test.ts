/** What `tsq top` shows of a state, in so many columns and lines. */
import { describe, expect, test } from "vitest";
import { jidOf } from "../../support/failed-jobs.ts";
import {
  ALL_BINDINGS,
  dayLines,
  frame,
  LOOKING,
  paint,
  plainText,
  roomFor,
  widthOf,
} from "../../support/inside-tsq.ts";
import type { Picture } from "../../support/inside-tsq.ts";
import {
  LARGE,
  looking,
  NOW_MS,
  pictureOfRows,
  pressed,
  rowOfText,
  rowsOf,
  textsOf,
  typed,
  USUAL,
} from "../../support/top-state.ts";

const JOBS = [
  { jid: jidOf(1), class: "Billing::Invoices::CapturePaymentJob", queue: "default" },
  {
    jid: jidOf(2),
    class: "Übergrößen::テストジョブ",
    args: ["東京都"],
    queue: "mailers",
    message: "漢字".repeat(60),
  },
  { jid: jidOf(3), class: "HardJob", queue: "low", message: "card declined" },
] as const;
const RETRIES = looking(pictureOfRows(rowsOf(JOBS), { total: 100_000 }));

const SIZES = [
  [80, 24],
  [120, 40],
  [60, 15],
  [237, 61],
] as const;

describe("a frame", () => {
  test.for(SIZES)(
    "of %i columns and %i lines is exactly that large, with wide characters too",
    ([columns, rows]) => {
      const size = { columns, rows };
      const lines = textsOf(RETRIES, size);

      expect(lines).toHaveLength(rows);
      const around = { redis: "redis://localhost", nowMs: NOW_MS };
      for (const line of frame(RETRIES, size, around))
        expect(widthOf(paint(line, columns, false))).toBeLessThanOrEqual(columns);
    },
  );

  test("has tabs, numbers, where one is in the list, its rows, and the keys", () => {
    const lines = textsOf(RETRIES);

    expect(lines[0]).toMatch(/^tsq top {2}redis:\/\/localhost:6379\/0 +08:30:00 UTC$/);
    expect(lines[1]).toBe(" Home   Busy   Queues   Scheduled  [Retries]  Dead   Metrics");
    expect(lines[2]).toMatch(/Processed +Failed +Busy +Enqueued +Retries +Scheduled +Dead/);
    expect(lines[3]).toMatch(/1,234,567 +56 +3 +40 +100,000 +4 +62/);
    expect(lines[5]).toBe("Retries  1-3 of 100,000");
    expect(lines[6]).toMatch(/^ {3}Next +Retry +Class +Queue +Error$/);
    expect(lines[7]).toMatch(/^> {2}in 1m +1 {2}…::CapturePaymentJob +default {2}RuntimeError: boom/);
    expect(lines[9]).toMatch(/^ {3}in 1m +1 {2}HardJob +low +RuntimeError: card decl…$/);
    expect(lines.at(-1)).toBe("? help  R retry  K kill  D delete  C cancel  / filter  x tick  q quit");
  });

  test.for(SIZES)("of %i columns has all tabs, whichever one is on", ([columns, rows]) => {
    for (const key of ["1", "2", "3", "4", "5", "6", "7"]) {
      const tabs = textsOf(pressed(RETRIES, key).state, { columns, rows })[1] ?? "";
      expect(tabs.match(/\w+/g)).toEqual("Home Busy Queues Scheduled Retries Dead Metrics".split(" "));
      expect(tabs.match(/\[\w+\]/g)).toHaveLength(1);
    }
  });

  test("keeps columns in line beside Chinese characters, and cuts them where the column ends", () => {
    const [, second, third] = textsOf(RETRIES).slice(7);

    const column = (line: string | undefined, word: string) => widthOf((line ?? "").split(word)[0] ?? "");
    expect(column(second, "mailers")).toBe(column(third, "low"));
    expect(second).toMatch(/…$/);
    expect(widthOf(second ?? "")).toBeLessThanOrEqual(80);
  });

  test("has the jids where there is room for them beside all else, whole", () => {
    expect(textsOf(RETRIES, LARGE).join("\n")).toContain(jidOf(3));
    expect(textsOf(RETRIES).join("\n")).not.toContain("00000000…");
  });

  test.for([
    [40, 10, "40x10 is too small:"],
    [59, 24, "59x24 is too small:"],
    [80, 14, "80x14 is too small:"],
    [10, 2, "10x2 is t…"],
  ] as const)("of %i columns and %i lines says that it is too small", ([columns, rows, said]) => {
    const lines = textsOf(RETRIES, { columns, rows });

    expect(lines).toHaveLength(rows);
    expect(lines[0]).toBe(said);
  });

  test("shortens numbers for which there is no room", () => {
    const state = {
      ...RETRIES,
      totals: {
        processed: 123_456_789_012,
        failed: 1_234_567_890,
        busy: 0,
        enqueued: 0,
        retries: 0,
        scheduled: 0,
        dead: 0,
      },
    };

    expect(textsOf(state)[3]).toMatch(/^ +123G +1,235M? +0/);
  });
});

describe("a hostile job", () => {
  const text = JSON.stringify({
    class: "\u001b[2JEvil\u202e",
    args: ["\u001b[H", "\r\n"],
    jid: "\u001b[5mblink",
    queue: "q\u001b[7m",
    error_class: "\u009b31mErr",
    error_message: "line\nline2\u0007",
    retry_count: "\u001b[1m",
  });

  test.for(SIZES)("cannot move the cursor, %i by %i", ([columns, rows]) => {
    const list = looking(pictureOfRows([rowOfText(text, 1), rowOfText("{nonsense \u001b]0;pwned\u0007", 2)]));
    const lines = textsOf(list, { columns, rows });

    expect(lines.join("")).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    expect(lines.join("\n")).toContain("\\x1b[2JEvil\\u202e");
  });
});

describe("a row that is chosen", () => {
  test("has a mark, and on terminals that show it is inverse; nothing else is written with NO_COLOR", () => {
    const line = frame(RETRIES, USUAL, { redis: "", nowMs: NOW_MS })[7] ?? [];

    expect(paint(line, 80, true)).toContain("\u001b[7m>  ");
    expect(paint(line, 80, false)).toBe(plainText(line));
    expect(paint(line, 80, false)).not.toContain("\u001b");
  });

  test("and rows that are ticked have marks of their own, and the title says how many", () => {
    const one = textsOf(pressed(RETRIES, "x").state);
    const all = textsOf(pressed(RETRIES, "A", "A").state);

    expect(one.slice(7, 10).map((line) => line.slice(0, 3))).toEqual([" x ", ">  ", "   "]);
    expect(one[5]).toBe("Retries  1-3 of 100,000, 1 ticked");
    expect(all.slice(7, 10).map((line) => line.slice(0, 3))).toEqual([">x ", " x ", " x "]);
    expect(all[5]).toBe("Retries  1-3 of 100,000, all ticked");
  });

  test("says below the list what is not in its cells", () => {
    const finding: Picture = {
      ...pictureOfRows([]),
      of: "home",
      columns: [{ head: "Level" }, { head: "What needs a person", cuts: "text" }],
      rows: [
        {
          key: "a",
          cells: ["critical", "long ".repeat(40)],
          target: { kind: "finding", leadsTo: undefined },
          detail: "long ".repeat(40),
        },
      ],
    };
    const lines = textsOf(looking(finding, { tab: "home" }));

    expect(lines.slice(0, -2).filter((line) => line.startsWith("  long"))).toHaveLength(3);
  });
});

describe("of a filter", () => {
  const filtered = (more: Partial<Picture>) => {
    const { state } = pressed(RETRIES, "/", ...typed("ada"), "enter");
    return textsOf({ ...state, picture: pictureOfRows(rowsOf(JOBS), more) });
  };

  test("it says how much was looked at, and what looks on", () => {
    const lines = filtered({ total: 100_000, looked: 20_000, next: "cursor" });

    expect(lines[5]).toBe("Retries  3 found, 20,000 of 100,000 looked at; l looks on");
    expect(lines.at(-2)).toBe("filter  ada");
  });

  test("that means nothing it says so", () => {
    const lines = filtered({ rows: [], total: 12, looked: 12 });

    expect(lines.join("\n")).toContain("None of 12 matches. Esc ends the filter.");
  });
});

describe("the help", () => {
  test("has every key, and fits when it is scrolled", () => {
    const first = textsOf(pressed(RETRIES, "?").state);
    const all = [...first, ...textsOf(pressed(RETRIES, "?", ...typed("jjjjjjjjjjjj")).state)].join("\n");

    expect(first[5]).toMatch(/^Key +Action$/);
    for (const [key] of [...ALL_BINDINGS.map(({ key, tells }) => [key, tells]), ...LOOKING])
      expect(all).toMatch(new RegExp(`^${key?.replaceAll(/[/?]/g, "\\$&")} `, "m"));
  });
});

describe("a question", () => {
  const asked = (about: readonly string[], question = "Stop?") => ({
    ...RETRIES,
    dialog: { kind: "question", question, about, typed: undefined, text: "" } as const,
  });
  const FOLLOWS = "They are gone for good.";

  test.for([
    ["of many", Array.from({ length: 14 }, (_, i) => `  web-${i}:${"queue ".repeat(20)}`)],
    [
      "of one whose name is endless",
      [`  ${"Class".repeat(400)} jid`, `  by class: ${"Class".repeat(400)} 1`],
    ],
  ] as const)("%s shows what follows, and where it is answered", ([, listed]) => {
    for (const size of [USUAL, { columns: 60, rows: 15 }]) {
      const lines = textsOf(asked([...listed, FOLLOWS], "Long? ".repeat(200)), size);
      expect(lines).toContain(FOLLOWS);
      expect(lines.join("\n")).toContain("[y/N]");
      expect(lines.join("\n")).toContain("…");
    }
  });
});

test("of three findings the one that one is on can be read whole, below them", () => {
  const cause = `${"long ".repeat(36)}end`;
  const rows = ["a", "b", "c"].map((key) => ({
    key,
    cells: ["critical", cause],
    target: { kind: "finding", leadsTo: undefined } as const,
    detail: cause,
  }));
  const below = Array.from({ length: 12 }, (_, i) => [`below ${i}`]);
  const columns = [{ head: "Level" }, { head: "What needs a person", cuts: "text" as const }];
  const home: Picture = { ...pictureOfRows([]), of: "home", columns, rows, below };
  const lines = textsOf(looking(home, { tab: "home" }));

  expect(lines.join("\n")).toMatch(/^ {2}long [^…]* end$/ms);
  expect(lines).toContain("below 5");
});

describe("days", () => {
  test("with a number below nothing have no bar", () => {
    const day = (processed: number, failed: number) => ({ date: "2030-01-01", processed, failed });
    const texts = dayLines([day(-5, -3), day(10, -3), day(10, 50)]).map(plainText);

    expect(texts.map((text) => text.replaceAll(/[^█]/g, "").length)).toEqual([0, 30, 30]);
  });
});

describe("beside a message of several lines", () => {
  const LONG =
    "Cannot reach Redis at redis://localhost:6379/0: connection refused. Is the server running? This is of 08:29:58 UTC; it goes on by itself.";

  test.for(
    SIZES.flatMap(([columns, rows]) => [LONG, LONG.repeat(3)].map((trouble) => ({ columns, rows, trouble }))),
  )("of $columns columns and $rows lines every row can be seen that one goes to", ({ trouble, ...size }) => {
    const jobs = Array.from({ length: roomFor(size) }, (_, i) => ({
      jid: jidOf(i),
      class: `N${i}Job`,
      message: "long ".repeat(20),
    }));
    const list = looking(pictureOfRows(rowsOf(jobs), { total: 1_000 }));

    for (const i of jobs.keys()) {
      const state = { ...pressed(list, ...typed("j".repeat(i))).state, trouble };
      const lines = textsOf(state, size);
      expect(lines).toHaveLength(size.rows);
      expect(lines.filter((line) => line.startsWith(">")).join()).toContain(` N${i}Job `);
      expect(lines.join(" ")).toContain("it goes on by");
    }
  });
});

describe("a Redis that is away", () => {
  test("is told of above the keys, with what there is to do, and the rows stay", () => {
    const trouble =
      "Cannot reach Redis at redis://localhost:6379/0: connection refused. Is the server running? This is of 08:29:58 UTC; it goes on by itself.";
    const lines = textsOf({ ...RETRIES, trouble });

    expect(lines.slice(-3, -1).join(" ")).toBe(trouble);
    expect(lines[7]).toContain("CapturePaymentJob");
  });
});
