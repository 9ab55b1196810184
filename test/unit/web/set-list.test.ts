/** The list of a set in which a filter has found nothing, or nothing yet. */
import { expect, test } from "vitest";
import { setList } from "../../support/inside-web.ts";
import { frameOf } from "../../support/web-frame.ts";

type View = Parameters<typeof setList>[0];

const badge = { text: "class:RareJob", path: "/retries", isAnywhere: false };
const counted = (count: number, looked: number): View["facets"] => ({
  list: [],
  count,
  looked,
  total: 90_000,
});

const shown = (own: Partial<View>): string =>
  String(
    setList(
      {
        set: "retry",
        size: 90_000,
        entries: [],
        paging: { shown: 0, total: 90_000, looked: 20_000, next: "/retries?after=5~1~a" },
        narrow: { path: "/retries", text: "", problem: undefined, badges: [badge] },
        facets: undefined,
        works: [],
        ...own,
      },
      frameOf(),
    ),
  );

test.each([
  ["nothing was counted yet", undefined],
  ["some were counted", counted(0, 10_000)],
  ["others were found where they were counted", counted(2_500, 10_000)],
])("of none so far all can be done to those that match: %s", (_, facets) => {
  const text = shown({ facets });

  expect(text).toContain("None so far.");
  expect(text).toContain("/retries/all/retry?q=class%3ARareJob");
  expect(text).toContain("Read on");
});

test("of none among all nothing can be done, and there is nothing to read on", () => {
  const text = shown({ facets: counted(0, 90_000) });

  expect(text).toContain("No job here is meant by the filter.");
  expect(text).toContain("90,000 jobs looked at here, of 90,000.");
  expect(text).not.toMatch(/all\/retry|Read on|None so far/);
});
