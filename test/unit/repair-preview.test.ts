/** What is said before jobs are put on queues. */
import { Filter } from "@tsq/core/api";
import { expect, test } from "vitest";
import { previewLines } from "../support/inside-tsq.ts";

const linesOf = (values: readonly { value: string; count: number }[]): readonly string[] => {
  const counts = { values, others: 0 };
  const count = values.reduce((sum, one) => sum + one.count, 0);
  const found = { count, class: counts, queue: counts, looked: count, total: count, isComplete: true };
  const list = { place: "retry", name: "retry", called: "in the retry set" } as const;
  const preview = { ...found, asOf: new Date(0), upTo: 0, newest: [], ahead: [] };
  const nobody = async (): Promise<never> => Promise.reject(new Error("not asked"));
  return previewLines(
    "retry",
    [{ list: { ...list, preview: nobody, run: nobody }, filter: Filter.parse(""), preview, jids: new Set() }],
    { queues: [], processes: [], dead: 0, deadMost: 10_000, to: "" },
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
