/** What the pages of queues say of how fast a queue becomes shorter. */
import { describe, expect, test } from "vitest";
import { Languages, queuesPage } from "../../support/inside-web.ts";
import { frameOf } from "../../support/web-frame.ts";
import { PAGES } from "../../support/web-pages.ts";

type View = Parameters<typeof queuesPage>[0];
type Trend = View["trends"] extends ReadonlyMap<string, infer T> ? T : never;

const rowOf = (trend: Partial<Trend>, more: Partial<View> = {}): string => {
  const queue = { name: "mailers", size: 1_284, latency: 4, paused: false };
  const known = { spanMs: 600_000, change: 0, perSecond: 0, emptyInMs: undefined, sizes: [9, 9] };
  const view: View = {
    queues: [queue],
    processes: [],
    shown: [queue],
    paging: { shown: 1, total: 1 },
    order: "name",
    goals: {},
    waits: new Map(),
    trends: new Map([["mailers", { ...known, ...trend }]]),
    ...more,
  };
  return String(queuesPage(view, frameOf({})).body);
};

describe("the pace of a queue", () => {
  test.for([
    [{ perSecond: 3.14 }, "+3.1/s"],
    [{ perSecond: -31.4 }, "-31/s"],
    [{ perSecond: 0.5 }, "+30/min"],
    [{ perSecond: -0.02 }, "-1.2/min"],
    [{ perSecond: 0 }, "steady"],
  ] as const)("of %j is said as %s", ([trend, said]) => {
    expect(rowOf(trend)).toContain(said);
  });
});

describe("when a queue is empty", () => {
  test.for([
    [1_000, "5 s"],
    [38_000, "40 s"],
    [409_000, "7 min"],
    [4_000_000, "1 h 10 min"],
    [40_000_000, "11 h"],
    [400_000_000, "5 d"],
  ] as const)("in %i ms is said as about %s, and no more exactly", ([emptyInMs, said]) => {
    expect(rowOf({ perSecond: -1, emptyInMs })).toContain(`empty in about ${said}<`);
  });

  test("is not said where nobody can tell", () => {
    expect(rowOf({ perSecond: 1 })).not.toContain("empty in");
  });
});

test("the line says to those who cannot see it what it is of", () => {
  expect(rowOf({})).toContain('aria-label="Waiting in mailers, last 10 min"');
});

test("the column is left out where nothing is known of any queue", () => {
  expect(rowOf({}, { trends: new Map() })).not.toContain("Trend");
});

test("the page of a queue says the change as well", () => {
  const text = String(PAGES(frameOf({}))["/queues/critical"]?.body);

  expect(text).toContain("-412 in the last 10 min");
  expect(text).toContain("-3.1/s");
  expect(text).toContain("empty in about 7 min");
});

test("a minus is that of the language", async () => {
  const words = await new Languages().of("sv", null);

  expect(String(words.signed(-412))).toBe("−412");
  expect(String(words.signed(0))).toBe("0");
});

test("nothing that nobody sees is written out beside a sign", async () => {
  const words = await new Languages().of("ar", null);
  const frame = frameOf({ words });

  expect(String(PAGES(frame)["/queues/critical"]?.body)).not.toContain("u200e");
});

test("of a queue that nobody listens to it is said in words", () => {
  expect(rowOf({})).toContain("no process listens");
});
