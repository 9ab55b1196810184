/** What the audit trail has of a deed to many. */
import { describe, expect, test } from "vitest";
import { doneOf, pickedText } from "../support/inside-tsq.ts";

const NAMES = Array.from({ length: 40 }, (_, i) => `web-${i}.example.com:4711:0123456789ab`);
const WHAT = {
  action: "process.stop",
  subject: "40 processes",
  named: (room: number) => pickedText(NAMES, room),
};

describe("the note", () => {
  test.each([0, 20, 100, 300, 2_000])("with a problem of %i letters has room for whole names", (length) => {
    const problem = "x".repeat(length);

    const done = doneOf({ done: 3, problem, isEnded: false }, WHAT);

    const note = done?.note ?? "";
    expect(note.length).toBeLessThanOrEqual(500);
    expect(note).toMatch(/40 picked: web-0\.example\.com:4711:0123456789ab, .*:4711:0123456789ab, …$/);
    expect(note.startsWith(length > 250 ? "x".repeat(250) : problem)).toBe(true);
    if (length > 250) expect(note).toMatch(/^x+…: 40 picked/);
  });

  test("has all names where there is room for them", () => {
    const named = (room: number) => pickedText(NAMES.slice(0, 12), room);

    expect(doneOf({ done: 12, problem: "", isEnded: false }, { ...WHAT, named })?.note).toBe(
      `12 picked: ${NAMES.slice(0, 12).join(", ")}`,
    );
  });
});

test.each([
  ["done to all", { done: 2, problem: "", isEnded: false }, { outcome: "done", count: 2 }],
  ["done to none, as all had gone", { done: 0, problem: "", isEnded: false }, { outcome: "done", count: 0 }],
  ["ended in its midst", { done: 1, problem: "", isEnded: true }, { outcome: "done", count: 1 }],
  ["ended before the first", { done: 0, problem: "", isEnded: true }, undefined],
  ["broken off", { done: 1, problem: "Redis is gone.", isEnded: false }, { outcome: "failed", count: 1 }],
  ["refused", { done: 0, problem: "OOM", isEnded: false }, { outcome: "failed", count: 0 }],
])("a deed that was %s", (_what, end, entry) => {
  const done = doneOf(end, WHAT);

  if (!entry) return expect(done).toBeUndefined();
  expect(done).toMatchObject(entry);
});
