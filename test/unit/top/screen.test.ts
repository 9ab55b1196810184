/** What is written to the terminal, byte for byte, and how wide texts are. */
import { describe, expect, test } from "vitest";
import { cutText, memoryText, Pace, pauseMs, Screen, widthOf, wrapTo } from "../../support/inside-tsq.ts";

const screenOf = (columns = 20, rows = 3) => {
  const written: string[] = [];
  const screen = new Screen({ columns, rows, write: (text) => written.push(text) }, false);
  return { screen, taken: () => written.splice(0).join("") };
};

describe("the screen", () => {
  test("is entered and left with all that it changes, once", () => {
    const { screen, taken } = screenOf();
    screen.enter();
    screen.enter();
    expect(taken()).toBe("\u001b[?1049h\u001b[?25l\u001b[?7l\u001b[?2004h\u001b[2J");

    screen.leave();
    screen.leave();

    expect(taken()).toBe("\u001b[?2004l\u001b[?7h\u001b[0m\u001b[?25h\u001b[?1049l");
  });

  test("writes the lines that have changed, and nothing where none has", () => {
    const { screen, taken } = screenOf();
    screen.enter();
    screen.draw([["one"], ["two"], ["three"]]);
    taken();

    screen.draw([["one"], ["2"], ["three"]]);
    expect(taken()).toBe("\u001b[2;1H2\u001b[K");

    screen.draw([["one"], ["2"], ["three"]]);
    expect(taken()).toBe("");
  });

  test("draws all anew when somebody else has drawn on it", () => {
    const { screen, taken } = screenOf();
    screen.enter();
    screen.draw([["one"], ["two"]]);
    taken();

    screen.forget();
    screen.draw([["one"], ["two"]]);

    expect(taken()).toBe("\u001b[1;1Hone\u001b[K\u001b[2;1Htwo\u001b[K");
  });

  test("does not clear behind a line that is full: that would be its last letter", () => {
    const { screen, taken } = screenOf(5);
    screen.enter();
    taken();

    screen.draw([["漢字x"], ["12345"], ["1234567"]]);

    expect(taken()).toBe("\u001b[1;1H漢字x\u001b[2;1H12345\u001b[3;1H1234…");
  });

  test("is not drawn on before it is entered and after it is left", () => {
    const { screen, taken } = screenOf();
    screen.draw([["one"]]);

    expect(taken()).toBe("");
  });
});

describe("columns", () => {
  test.for([
    ["abc", 3],
    ["漢字", 4],
    ["e\u0301", 1],
    ["テスト", 6],
    ["🎉", 2],
    ["", 0],
  ] as const)("%j has %i", ([text, width]) => {
    expect(widthOf(text)).toBe(width);
  });

  test.for([
    ["abcdef", 4, "abc…"],
    ["漢字漢字", 5, "漢字…"],
    ["漢字漢字", 4, "漢…"],
    ["abc", 3, "abc"],
    ["x".repeat(1_000_000), 3, "xx…"],
    ["漢".repeat(1_000_000), 3, "漢…"],
    ["e" + "\u0301".repeat(1_000_000), 3, /…$/],
  ] as const)("a text is cut to them, case %#", ([text, width, cut]) => {
    const shown = cutText(text, width);
    if (typeof cut === "string") expect(shown).toBe(cut);
    else expect(shown).toMatch(cut);
  });

  test("a text goes on in the next line at its spaces, by what a terminal shows", () => {
    expect(wrapTo("one two three", 8)).toEqual(["one two", "three"]);
    expect(wrapTo("漢字漢字漢字", 5)).toEqual(["漢字", "漢字", "漢字"]);
    expect(wrapTo("", 5)).toEqual([""]);
    expect(wrapTo("x".repeat(1_000_000), 10).length).toBeLessThan(1_000);
  });
});

describe("memory", () => {
  test.for([
    [0, "0 KB"],
    [82_000, "82,000 KB"],
    [123_456, "121 MB"],
    [10_485_760, "10.0 GB"],
  ] as const)("of %i KiB is %s", ([kib, shown]) => {
    expect(memoryText(kib)).toBe(shown);
  });
});

describe("the pace", () => {
  test("is what the totals grow by, and begins anew when they were set back", () => {
    const pace = new Pace();
    pace.add({ atMs: 0, processed: 100, failed: 0 });
    expect(pace.text()).toBe("counting");

    pace.add({ atMs: 2_000, processed: 150, failed: 5 });
    expect(pace.text()).toBe("25.0 jobs a second, 2.5 of them failed  █");

    pace.add({ atMs: 4_000, processed: 0, failed: 0 });
    expect(pace.text()).toBe("counting");
  });
});

test.for([
  [2_000, 3, 2_000],
  [2_000, 500, 2_000],
  [2_000, 2_000, 8_000],
  [2_000, 9_000, 10_000],
  [30_000, 9_000, 30_000],
  [100, 400, 1_600],
] as const)("every %i ms, a reading that took %i is followed by a rest of %i", ([everyMs, tookMs, rest]) => {
  expect(pauseMs(everyMs, { tookMs, isWantedAgain: false, isToGoOn: false })).toBe(rest);
});

test("what looks on for a filter waits for no interval, and rests as long; what somebody wants comes at once", () => {
  const reading = { tookMs: 300, isWantedAgain: false, isToGoOn: true };

  expect(pauseMs(2_000, reading)).toBe(1_200);
  expect(pauseMs(2_000, { ...reading, isWantedAgain: true })).toBe(0);
});
