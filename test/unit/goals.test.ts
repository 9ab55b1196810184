/** The goals of queues, as flags say them. */
import { describe, expect, test } from "vitest";
import { goalsOf } from "../support/inside-tsq.ts";

describe("--goal", () => {
  test("alone is for all queues, behind a name for that one", () => {
    expect(goalsOf(["120", "mailers=60", "bulk=86400", "now=0.5"])).toEqual({
      goal: 120,
      goals: { mailers: 60, bulk: 86_400, now: 0.5 },
    });
  });

  test("is none where nobody gives it", () => {
    expect(goalsOf(undefined)).toEqual({ goals: {} });
  });

  test("said again counts as it was said last", () => {
    expect(goalsOf(["60", "a=1", "120", "a=2"])).toEqual({ goal: 120, goals: { a: 2 } });
  });

  test("takes any name that a queue may have", () => {
    const { goals } = goalsOf(["a=b=60", "__proto__=5"]);

    expect(Object.entries(goals ?? {})).toEqual([
      ["a=b", 60],
      ["__proto__", 5],
    ]);
  });

  test.for(["", "mailers", "mailers=", "=60", "0", "-1", "1e3", "mailers=60s", "31536001"])(
    "refuses `%s`, and says how it is written",
    (text) => {
      expect(() => goalsOf([text])).toThrow(/Expected --goal to be seconds.*Write --goal 120/);
    },
  );
});
