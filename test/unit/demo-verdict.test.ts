import { describe, expect, test } from "vitest";

interface Verdict {
  readonly pushed: number;
  readonly right: number;
  readonly elsewhere: Readonly<Record<string, number>>;
}

interface VerdictModule {
  readonly judge: (
    cast: readonly object[],
    places: ReadonlyMap<string, string>,
    runs: ReadonlyMap<string, number>,
  ) => Verdict[];
  readonly countPlaces: (verdicts: readonly Verdict[]) => Record<string, number>;
  readonly isAllRight: (verdicts: readonly Verdict[]) => boolean;
}

const MODULE = new URL("../../examples/demo/verdict.mjs", import.meta.url).href;
// The demo is JavaScript, so that it runs as it is: it brings no types.
const { countPlaces, isAllRight, judge } = (await import(MODULE)) as VerdictModule;

const cast = [
  { kind: "immediate", ends: "done", jids: ["a", "b"] },
  { kind: "doomed", ends: "dead", jids: ["c"] },
];

describe("the demo is content only if every job ended where it should", () => {
  test("all did", () => {
    const verdicts = judge(
      cast,
      new Map([["c", "dead"]]),
      new Map([
        ["a", 1],
        ["b", 1],
      ]),
    );

    expect(isAllRight(verdicts)).toBe(true);
    expect(countPlaces(verdicts)).toMatchObject({ done: 2, dead: 1, retry: 0 });
  });

  test.for([
    [
      "waits for a retry",
      new Map([
        ["c", "dead"],
        ["b", "retry"],
      ]),
      new Map([["a", 1]]),
      { retry: 1 },
    ],
    ["is nowhere", new Map([["c", "dead"]]), new Map([["a", 1]]), { running: 1 }],
    [
      "ran twice",
      new Map([["c", "dead"]]),
      new Map([
        ["a", 1],
        ["b", 2],
      ]),
      { "run 2 times": 1 },
    ],
    [
      "ran, and is dead",
      new Map([
        ["c", "dead"],
        ["b", "dead"],
      ]),
      new Map([
        ["a", 1],
        ["b", 1],
      ]),
      { "done, yet in dead": 1 },
    ],
  ] as const)("one %s", ([, places, runs, elsewhere]) => {
    const verdicts = judge(cast, places, runs);

    expect(isAllRight(verdicts)).toBe(false);
    expect(verdicts[0]).toMatchObject({ pushed: 2, right: 1, elsewhere });
  });

  test("a job that succeeded but should have died is no success", () => {
    const verdicts = judge(
      cast,
      new Map(),
      new Map([
        ["a", 1],
        ["b", 1],
        ["c", 1],
      ]),
    );

    expect(verdicts[1]).toMatchObject({ right: 0, elsewhere: { done: 1 } });
  });
});
