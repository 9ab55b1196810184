/** What keys make of what `tsq top` shows. */
import { describe, expect, test } from "vitest";
import { jidOf } from "../../support/failed-jobs.ts";
import { keyOf, left, listOf, withPicture } from "../../support/inside-tsq.ts";
import type { Row } from "../../support/inside-tsq.ts";
import { looking, NOW_MS, pictureOfRows, pressed, rowsOf, TOTALS } from "../../support/top-state.ts";

const jobs = (count: number, first = 0) =>
  rowsOf(Array.from({ length: count }, (_, i) => ({ jid: jidOf(first + i) })));
const RETRIES = looking(pictureOfRows(jobs(14), { total: 100 }));
const READ = { do: "read" };

describe("tabs", () => {
  test.for([
    ["right", "dead"],
    ["tab", "dead"],
    ["left", "scheduled"],
    ["shift-tab", "scheduled"],
    ["1", "home"],
    ["7", "metrics"],
  ])("%s leads from Retries to %s, which is read", ([key = "", tab]) => {
    const { state, effects } = pressed(RETRIES, key);

    expect(state.place).toEqual({ tab });
    expect(effects).toEqual([READ]);
  });

  test("go round", () => {
    expect(pressed(RETRIES, "right", "right", "right").state.place.tab).toBe("home");
    expect(pressed(RETRIES, "1", "left").state.place.tab).toBe("metrics");
  });

  test("keep the row of each list", () => {
    const { state } = pressed(RETRIES, "j", "j", "6", "5");

    expect(listOf(state).row).toBe(2);
  });
});

describe("rows and pages", () => {
  test("j and k go down and up, and no further than the first", () => {
    expect(listOf(pressed(RETRIES, "j", "down", "k").state).row).toBe(1);
    expect(listOf(pressed(RETRIES, "k", "up").state).row).toBe(0);
  });

  test("below the last row comes the next page, which is read before its rows can be meant", () => {
    const { state, effects } = pressed(RETRIES, ..."j".repeat(14).split(""));

    expect(listOf(state)).toMatchObject({ from: 14, row: 0 });
    expect(effects).toEqual([READ]);
    expect(pressed(state, "D")).toMatchObject({
      effects: [],
      state: { said: "Not read yet: press D again." },
    });
  });

  test.for([
    ["l", 14],
    ["pagedown", 14],
    ["G", 98],
    ["end", 98],
  ] as const)("%s leads to the %i behind the first", ([key, from]) => {
    expect(listOf(pressed(RETRIES, key).state).from).toBe(from);
  });

  test("h and g lead back", () => {
    const second = looking(pictureOfRows(jobs(14), { from: 14, total: 100 }));
    const there = pressed(RETRIES, "l").state;
    const state = withPicture(there, second.picture ?? pictureOfRows([]), TOTALS, NOW_MS);

    expect(listOf(pressed(state, "h").state).from).toBe(0);
    expect(listOf(pressed(state, "g").state)).toMatchObject({ from: 0, row: 0 });
  });

  test("one stays on a job when others come before it", () => {
    const [one, two, three, four] = jobs(4);
    const before = looking(pictureOfRows([two, three, four].flatMap((row) => row ?? [])));
    const { state } = pressed(before, "j", "j");
    const later = withPicture(
      state,
      pictureOfRows([one, two, three, four].flatMap((row) => row ?? [])),
      TOTALS,
      NOW_MS,
    );

    expect([listOf(state).row, listOf(later).row]).toEqual([2, 3]);
  });
});

describe("ticks", () => {
  test("x ticks a row and goes to the next, and ticks it off again", () => {
    const { state } = pressed(RETRIES, "x", "x");
    const off = pressed(state, "k", "x").state;

    expect(listOf(state).ticks).toHaveProperty("size", 2);
    expect(listOf(off).ticks).toHaveProperty("size", 1);
  });

  test("A ticks the page, then all of the list, then none", () => {
    expect(listOf(pressed(RETRIES, "A").state).ticks).toHaveProperty("size", 14);
    expect(listOf(pressed(RETRIES, "A", "A").state).ticks).toBe("all");
    expect(listOf(pressed(RETRIES, "A", "A", "A").state).ticks).toHaveProperty("size", 0);
  });

  test("with all ticked x ticks off none alone, and leaves all ticked", () => {
    const { state } = pressed(RETRIES, "A", "A", "x");

    expect(listOf(state).ticks).toBe("all");
    expect(state.said).toBe("All are ticked, and none alone can be ticked off: Esc unticks.");
  });

  test("are of rows as they are read now", () => {
    const queue = (isPaused: boolean): Row => ({
      key: "low",
      cells: ["low"],
      target: { kind: "queue", name: "low", isPaused },
    });
    const list = (isPaused: boolean) => ({ ...pictureOfRows([queue(isPaused)]), of: "queues" });
    const ticked = pressed(looking(list(false), { tab: "queues" }), "x").state;
    const later = withPicture(ticked, list(true), TOTALS, NOW_MS);

    expect(pressed(later, "p").effects).toEqual([{ do: "ask", verb: "pause", rows: [queue(true)] }]);
  });

  test("are done with by what was done to them, and kept by what was done to a job that was opened", () => {
    const ticked = pressed(RETRIES, "x", "x").state;
    const opened = pressed(ticked, "enter").state;

    expect(listOf(left(ticked)).ticks).toHaveProperty("size", 0);
    expect(listOf(left(opened)).ticks).toHaveProperty("size", 2);
    expect(left(opened).place).toEqual({ tab: "retries" });
  });

  test("another filter takes them away, and Esc does", () => {
    expect(listOf(pressed(RETRIES, "x", "/", "a", "enter").state).ticks).toHaveProperty("size", 0);
    expect(listOf(pressed(RETRIES, "A", "A", "escape").state).ticks).toHaveProperty("size", 0);
  });
});

test("a page beyond the end becomes the last one that was read instead of it", () => {
  const there = pressed(RETRIES, "G").state;
  const later = withPicture(there, pictureOfRows(jobs(14), { from: 14, total: 28 }), TOTALS, NOW_MS);

  expect(listOf(later).from).toBe(14);
  expect(pressed(later, "h").state.lists.get("retries")?.from).toBe(0);
});

describe("what changes something", () => {
  test.for([
    ["R", "retry"],
    ["K", "kill"],
    ["D", "delete"],
    ["C", "cancel"],
  ])("%s asks to %s the row that one is on", ([key = "", verb]) => {
    const { effects } = pressed(RETRIES, "j", key);

    expect(effects).toEqual([{ do: "ask", verb, rows: [RETRIES.picture?.rows[1]] }]);
  });

  test("is about what is ticked, also on another page, and about all where that was said", () => {
    expect(pressed(RETRIES, "x", "x", "R").effects).toEqual([
      { do: "ask", verb: "retry", rows: RETRIES.picture?.rows.slice(0, 2) },
    ]);
    expect(pressed(RETRIES, "A", "A", "R").effects).toEqual([{ do: "ask", verb: "retry", rows: "all" }]);
  });

  test("does nothing where it has no meaning, and says so", () => {
    const { state, effects } = pressed(RETRIES, "E");

    expect(effects).toEqual([]);
    expect(state.said).toBe("E does nothing here: ? lists the keys.");
    expect(pressed(state, "j").state.said).toBe("");
  });

  test("is not done by text that is pasted", () => {
    expect(pressed(RETRIES, "paste-start", "D", "y", "q", "paste-end").effects).toEqual([]);
  });

  test("is not locked by a paste whose end was lost: Ctrl-C quits", () => {
    expect(pressed(RETRIES, "paste-start", "D", "ctrl-c").effects).toEqual([{ do: "quit" }]);
  });
});

describe("opening", () => {
  test("Enter opens the job, Esc leads back to its row", () => {
    const { state, effects } = pressed(RETRIES, "j", "enter");

    expect(state.place.job?.job.jid).toBe(jidOf(1));
    expect(effects).toEqual([READ]);
    const back = pressed(state, "escape").state;
    expect([back.place, listOf(back).row]).toEqual([{ tab: "retries" }, 1]);
  });

  test("what is done there is done to that job, whichever row it was", () => {
    const { state } = pressed(RETRIES, "j", "j", "enter");
    const row = RETRIES.picture?.rows[2];
    const opened = withPicture(
      state,
      { ...pictureOfRows(row ? [row] : []), of: "retries job", facts: [["JID", jidOf(2)]] },
      TOTALS,
      NOW_MS,
    );

    expect(pressed(opened, "R").effects).toEqual([{ do: "ask", verb: "retry", rows: [row] }]);
    expect(listOf(pressed(opened, "escape").state).row).toBe(2);
  });

  test("a queue opens as its jobs, and Esc leads back to the queues", () => {
    const queues = looking(
      {
        ...pictureOfRows([]),
        of: "queues",
        rows: [{ key: "low", cells: ["low"], target: { kind: "queue", name: "low", isPaused: false } }],
      },
      { tab: "queues" },
    );
    const { state } = pressed(queues, "enter");

    expect(state.place).toEqual({ tab: "queues", queue: "low" });
    expect(pressed(state, "escape").state.place).toEqual({ tab: "queues" });
    expect(pressed(queues, "p").effects).toMatchObject([{ do: "ask", verb: "pause" }]);
    expect(pressed(queues, "D").effects).toMatchObject([{ do: "ask", verb: "clear" }]);
  });

  test("a finding leads to what it is about, with the filter that shows it", () => {
    const home = looking(
      {
        ...pictureOfRows([]),
        of: "home",
        rows: [
          {
            key: "a",
            cells: [],
            target: { kind: "finding", leadsTo: { tab: "dead", filter: "class:HardJob" } },
          },
        ],
      },
      { tab: "home" },
    );
    const { state } = pressed(home, "enter");

    expect([state.place, listOf(state).filter]).toEqual([{ tab: "dead" }, "class:HardJob"]);
  });

  test("a finding leads to the beginning of its list, whatever was looked for there before", () => {
    const leadsTo = { tab: "dead" } as const;
    const before = pressed(
      looking(pictureOfRows(jobs(14), { of: "dead" }), { tab: "dead" }),
      "/",
      "a",
      "enter",
    );
    const home = { ...pictureOfRows([]), of: "home" };
    const rows = [{ key: "a", cells: [], target: { kind: "finding", leadsTo } as const }];
    const at = withPicture(pressed(before.state, "1").state, { ...home, rows }, TOTALS, NOW_MS);

    expect(listOf(pressed(at, "enter").state).filter).toBe("");
  });

  test("a job is scrolled to its last line and no further", () => {
    const facts = Array.from({ length: 30 }, (_, i) => [`${i}`, "text"] as const);
    const picture = { ...pictureOfRows(jobs(1)), of: "retries job", facts };
    const opened = withPicture(pressed(RETRIES, "enter").state, picture, TOTALS, NOW_MS);

    const end = pressed(opened, "l", "l", "l", "l").state.scroll;
    expect(end).toBe(16);
    expect(pressed(opened, "G").state.scroll).toBe(end);
    expect(pressed(opened, "G", "k").state.scroll).toBe(end - 1);
  });
});

test.for(["q", "ctrl-c"])("%s quits", (key) => {
  expect(pressed(RETRIES, key).effects).toEqual([{ do: "quit" }]);
});

test("Ctrl-Z goes to the shell, Ctrl-L draws anew", () => {
  expect(pressed(RETRIES, "ctrl-z").effects).toEqual([{ do: "suspend" }]);
  expect(pressed(RETRIES, "ctrl-l").effects).toEqual([{ do: "redraw" }, READ]);
});

describe("bytes of a terminal", () => {
  test.for([
    [{ name: "return", sequence: "\r" }, "enter"],
    [{ name: "c", ctrl: true, sequence: "\u0003" }, "ctrl-c"],
    [{ name: "d", shift: true, sequence: "D" }, "D"],
    [{ sequence: "漢" }, "漢"],
    [{ sequence: "?" }, "?"],
    [{ name: "tab", shift: true, sequence: "\u001b[Z" }, "shift-tab"],
    [{ name: "f1", sequence: "\u001bOP" }, ""],
    [{ name: "x", meta: true, sequence: "\u001bx" }, ""],
    [{ name: "space", sequence: " " }, " "],
  ] as const)("%j are the key %j", ([bytes, key]) => {
    expect(keyOf(bytes)).toBe(key);
  });
});
