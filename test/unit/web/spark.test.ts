/** A trend as large as a word. */
import { expect, test } from "vitest";
import { spark } from "../../support/inside-web.ts";

const heightsIn = (markup: string): number[] => {
  const [, path = ""] = /class="stroke" d="([^"]*)"/.exec(markup) ?? [];
  return [...path.matchAll(/[ML][\d.]+ ([\d.]+)/g)].map(([, y]) => Number(y));
};

test("has no more points than can be seen, each the average of its neighbours", () => {
  const minutes = Array.from({ length: 480 }, (_, i) => (i % 5 === 0 ? 500 : 0));

  const heights = heightsIn(String(spark(minutes, "run", "Runs")));

  expect(heights).toHaveLength(96);
  // Each five of them have one that ran.
  expect(new Set(heights).size).toBe(1);
});

test("of few values each is a point", () => {
  expect(heightsIn(String(spark([0, 5, 10], "run", "Runs")))).toEqual([22.5, 12, 1.5]);
});
