/** What keys make of a question, of work that goes on, and of the filter of `tsq top`. */
import { describe, expect, test } from "vitest";
import { jidOf } from "../../support/failed-jobs.ts";
import { ended, listOf, withPicture } from "../../support/inside-tsq.ts";
import {
  looking,
  NOW_MS,
  pictureOfRows,
  pressed,
  rowsOf,
  textsOf,
  TOTALS,
  typed,
} from "../../support/top-state.ts";

const jobs = (count: number, first = 0) =>
  rowsOf(Array.from({ length: count }, (_, i) => ({ jid: jidOf(first + i) })));
const RETRIES = looking(pictureOfRows(jobs(14), { total: 100 }));
const READ = { do: "read" };

describe("a question", () => {
  const asked = (typed?: string) => ({
    ...RETRIES,
    dialog: { kind: "question", question: "Delete?", about: [], typed, text: "" } as const,
  });

  test("is answered by y, and by nothing else", () => {
    expect(pressed(asked(), "y").effects).toEqual([{ do: "begin" }]);
    for (const key of ["n", "enter", "escape", "Y", "D", "ctrl-c", "q"]) {
      const { state, effects } = pressed(asked(), key);
      expect([key, effects, state.dialog, state.said]).toEqual([key, [READ], undefined, "Nothing was done."]);
    }
  });

  test("about a hundred jobs is answered by their number alone", () => {
    expect(pressed(asked("1200"), ...typed("1,200"), "enter").effects).toEqual([{ do: "begin" }]);
    expect(pressed(asked("1200"), "y", "enter").effects).toEqual([READ]);
    expect(pressed(asked("1200"), ...typed("1209"), "backspace", "0", "enter").effects).toEqual([
      { do: "begin" },
    ]);
    expect(pressed(asked("1200"), "enter").effects).toEqual([READ]);
  });

  test("is not answered by pasting a y", () => {
    expect(pressed(asked(), "paste-start", "y").effects).toEqual([READ]);
  });
});

describe("an end in the midst of the work", () => {
  const text =
    "At least 1,204 of 5,000 jobs were deleted, and then: Redis is gone. Run it again for the rest.";
  const broken = ended(RETRIES, text, { isWrong: true, isBegun: true });

  test("is told beside the outage that has ended it, whole, until Enter or Esc", () => {
    const away = { ...broken, trouble: "Cannot reach Redis." };
    const shown = textsOf(pressed(away, "j", "D", " ").state).join("\n");

    expect(shown).toContain("At least 1,204 of 5,000 jobs were deleted");
    expect(shown).toContain("Cannot reach Redis.");
    for (const key of ["enter", "escape"]) expect(pressed(away, key).state.dialog).toBeUndefined();
  });

  test("is said in the last lines where nothing was begun, or all went well", () => {
    expect(ended(RETRIES, text, { isWrong: true, isBegun: false })).toMatchObject({
      said: text,
      isWrong: true,
    });
    expect(ended(RETRIES, text, { isWrong: false, isBegun: true })).toMatchObject({
      said: text,
      dialog: undefined,
    });
  });
});

describe("work that goes on", () => {
  const working = {
    ...RETRIES,
    dialog: { kind: "work", label: "Retrying", done: 3, total: 9, isStopping: false } as const,
  };

  test("ends by Ctrl-C or Esc, and only a second Ctrl-C quits", () => {
    expect(pressed(working, "escape").effects).toEqual([{ do: "stop" }]);
    expect(pressed(working, "ctrl-c").effects).toEqual([{ do: "stop" }]);
    expect(pressed(working, "ctrl-c", "ctrl-c").effects).toEqual([{ do: "stop" }, { do: "quit" }]);
    expect(pressed(working, "q", "D", "j").effects).toEqual([]);
  });
});

describe("the filter", () => {
  test("is typed, mended, and looked for from the beginning", () => {
    const { state, effects } = pressed(
      RETRIES,
      "l",
      "/",
      ...typed("class:x"),
      "backspace",
      ...typed("HardJob"),
      "enter",
    );

    expect(listOf(state)).toMatchObject({
      filter: "class:HardJob",
      from: 0,
      starts: [{ after: undefined, before: 0 }],
    });
    expect(effects).toEqual([READ, READ]);
  });

  test("that is not understood is refused where it is typed", () => {
    const { state } = pressed(RETRIES, "/", ...typed("klass:x"), "enter");

    expect(state.dialog).toMatchObject({
      kind: "filter",
      text: "klass:x",
      problem: expect.stringMatching(/klass/),
    });
  });

  test("has letters of q and ?, and Ctrl-U takes all away", () => {
    expect(pressed(RETRIES, "/", "q", "?", "1").state.dialog).toMatchObject({ text: "q?1" });
    expect(pressed(RETRIES, "/", "q", "ctrl-u", "漢").state.dialog).toMatchObject({ text: "漢" });
    expect(pressed(RETRIES, "/", ...typed("a bc"), "ctrl-w").state.dialog).toMatchObject({ text: "a " });
  });

  test("ends by Esc on the list, and Esc while it is typed keeps the one before", () => {
    const { state } = pressed(RETRIES, "/", "a", "enter", "/", "b", "escape");

    expect(listOf(state).filter).toBe("a");
    expect(listOf(pressed(state, "escape").state).filter).toBe("");
  });

  test("goes on page by page from where the last one ended, and back", () => {
    const { state } = pressed(RETRIES, "/", "a", "enter");
    const first = withPicture(state, pictureOfRows(jobs(14), { next: "c1", looked: 50 }), TOTALS, NOW_MS);
    const second = pressed(first, "l").state;

    expect(listOf(second).starts).toEqual([
      { after: undefined, before: 0 },
      { after: "c1", before: 50 },
    ]);
    expect(listOf(pressed({ ...second, picture: first.picture }, "h").state).starts).toHaveLength(1);
  });
});
