/** The judge of chaos, where Redis comes back without its last moments, and processes are slow to be back. */
import { describe, expect, test } from "vitest";
import { forgot, OK, problemsOf, pushed, ran } from "../support/chaos/forged.ts";
import type { HistoryEvent, Memory } from "../support/chaos/history.ts";

/** A job runs when Redis is killed and forgets it, fails, and is written by its process; at 2 s Redis forgets again. */
const forgottenTwice = ({
  backAt,
  pushedAt = 400,
  ...second
}: { backAt: number; pushedAt?: number } & Partial<Memory>): HistoryEvent[] => [
  ...pushed(1, pushedAt, { ...OK, fails: 9, retries: 0 }),
  ...ran({ from: 490, to: 510, how: "failed" }),
  ...forgot({ at: 500 }),
  { kind: "outage", at: 500, until: 700, of: "everyone" },
  ...pushed(2, backAt - 5),
  ...ran({ n: 2, from: backAt, to: backAt + 5 }),
  ...forgot({ at: 2_000, ...second }),
];

/** A job fails while Redis is away, and runs to its end; Redis is killed again at 4 s, and has the first attempt. */
const failureForgotten = ({ backAt }: { backAt: number }): HistoryEvent[] => [
  ...pushed(1, 0, { ...OK, fails: 1 }),
  { kind: "outage", at: 500, until: 700, of: "everyone" },
  ...ran({ from: 400, to: 510, how: "failed" }),
  ...ran({ from: backAt, to: backAt + 10, attempt: 2 }),
  ...forgot({ at: 4_000, holds: ["j1"] }),
  ...ran({ from: 4_500, to: 4_510, how: "failed" }),
  ...ran({ from: 4_600, to: 4_610, attempt: 2 }),
];

describe("the checker is content with", () => {
  test("a job that came back with the process that ran it, and that Redis forgot once more", () => {
    expect(problemsOf(forgottenTwice({ backAt: 1_600 }))).toEqual([]);
    // Killed again before it was back: nobody else had the job.
    expect(problemsOf(forgottenTwice({ backAt: 2_500 }))).toEqual([]);
  });

  test("a job whose failure Redis heard of when its process was back, and forgot when it was killed again", () => {
    expect(problemsOf(failureForgotten({ backAt: 3_000 }))).toEqual([]);
  });
});

describe("the checker catches", () => {
  test("a job that came back long before Redis forgot again, or that the second one had", () => {
    expect(problemsOf(forgottenTwice({ backAt: 900 }))[0]).toContain("is lost");
    expect(problemsOf(forgottenTwice({ backAt: 1_600, knows: ["j1"] }))[0]).toContain("is lost");
    expect(problemsOf(forgottenTwice({ backAt: 1_600, holds: ["j1"] }))[0]).toContain("is lost");
  });

  test("a run too many of a job whose failure Redis heard of long before it was killed again", () => {
    expect(problemsOf(failureForgotten({ backAt: 1_500 }))[0]).toContain("nothing explains 1 of them");
  });

  test("a job that came back with a process, although the first Redis had not forgotten it", () => {
    expect(problemsOf(forgottenTwice({ backAt: 1_600, pushedAt: -2_000 }))[0]).toContain("is lost");
  });
});
