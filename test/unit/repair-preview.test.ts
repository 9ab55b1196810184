/** What is said before jobs are put on queues. */
import { Filter } from "@tsq/core/api";
import { expect, test } from "vitest";
import { previewLines } from "../support/inside-tsq.ts";

const nobody = async (): Promise<never> => Promise.reject(new Error("not asked"));
const none = { queues: [], processes: [], dead: 0, deadMost: 10_000, to: "" };
const linesOf = (values: readonly { value: string; count: number }[]): readonly string[] => {
  const counts = { values, others: 0 };
  const count = values.reduce((sum, one) => sum + one.count, 0);
  const found = { count, class: counts, queue: counts, looked: count, total: count, isComplete: true };
  const list = { place: "retry", name: "retry", called: "in the retry set" } as const;
  const preview = { ...found, asOf: new Date(0), upTo: 0, newest: [], ahead: [] };
  return previewLines(
    "retry",
    [{ list: { ...list, preview: nobody, run: nobody }, filter: Filter.parse(""), preview, jids: new Set() }],
    none,
  );
};

test("an entry without a queue waits on none", () => {
  expect(linesOf([{ value: "", count: 1 }]).join("\n")).not.toContain("Nobody takes jobs");
});

test("the queue that gets most is told of, however many there are", () => {
  const small = Array.from({ length: 6 }, (_, i) => ({ value: `small${i}`, count: 1 }));

  expect(linesOf([...small, { value: "large", count: 500 }])).toContain(
    "Nobody takes jobs from large now: 500 jobs will wait there.",
  );
});

test("of many queues six lists have a line each, the sets before all queues, and the others one together", () => {
  const inOne = (place: "queue" | "dead", name: string, count: number) => {
    const counts = { values: [], others: 0 };
    const found = { count, class: counts, queue: counts, looked: count, total: count, isComplete: true };
    return {
      list: {
        place,
        name,
        called: place === "queue" ? `on ${name}` : `in ${name}`,
        preview: nobody,
        run: nobody,
      },
      filter: Filter.parse(""),
      preview: { ...found, asOf: new Date(0), upTo: 0, newest: [], ahead: [] },
      jids: new Set<string>(),
    };
  };
  // So many arguments no call takes.
  const many = Array.from({ length: 130_000 }, (_, i) => inOne("queue", `q${i}`, 1));

  const lines = previewLines("delete", [...many, inOne("dead", "dead", 20)], none);

  expect(lines.slice(0, 8)).toEqual([
    "       20 in dead",
    ...[0, 1, 2, 3, 4].map((i) => `        1 on q${i}`),
    "  129,995 on 129,995 other queues",
    expect.stringContaining("by class"),
  ]);
});
