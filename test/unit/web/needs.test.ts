/** What needs a person, as the first page says it. */
import type { Finding } from "@tsq/core/api";
import { describe, expect, test } from "vitest";
import { needs, WORD_FINDINGS } from "../../support/inside-web.ts";
import { frameOf } from "../../support/web-frame.ts";

const frame = frameOf();
const none = { at: undefined, problem: undefined };

const finding = (own: Partial<Finding>): Finding => ({
  id: "x",
  kind: "queue-late",
  level: "critical",
  cause: "",
  evidence: { queue: "mailers", size: 12, latency: 252, goal: 30 },
  where: { page: "queue", name: "mailers" },
  ...own,
});
const shown = (...list: Finding[]) => String(needs({ list, ...none }, frame));

describe("a finding", () => {
  test("says what is wrong and by what measure, and leads to where to act", () => {
    const text = shown(finding({}));

    expect(text).toContain("<bdi>mailers</bdi> is 4 min 12 s behind");
    expect(text).toContain("should have waited for 30 s at most. 12 jobs wait.");
    expect(text).toContain('href="/sidekiq/queues/mailers">Open queue');
  });

  test("leads to the jobs in question where there is a filter for them", () => {
    const text = shown(
      finding({
        kind: "deaths",
        evidence: { deadLastHour: 40 },
        where: { page: "dead", filter: "after:1h" },
      }),
    );

    expect(text).toContain("40 jobs died in an hour");
    expect(text).toContain('href="/sidekiq/morgue?q=after%3A1h">See the jobs');
  });

  test("is said for every kind that there is, without a hole", () => {
    const kinds = Object.keys(WORD_FINDINGS).filter((key) => /^finding\.[\w-]+$/.test(key));

    expect(kinds).toHaveLength(14);
    for (const key of kinds) {
      // A key that has this shape is one of a kind.
      const text = shown(finding({ kind: key.slice(8) as Finding["kind"] }));
      expect([key, /[{}]|undefined|NaN/.test(text)]).toEqual([key, false]);
    }
  });

  test("names no fingerprint: a message may hold what is masked", () => {
    const evidence = { group: "5f", class: "A", error: "E", fingerprint: "hunter2 is wrong", recent: 40 };

    expect(shown(finding({ kind: "error-growing", evidence }))).not.toContain("hunter2");
  });
});

test("of many findings the first stand open, and the rest is folded with its count", () => {
  const text = shown(...Array.from({ length: 11 }, (_, i) => finding({ id: `${i}` })));

  expect(text).toContain("<details><summary>3 more</summary>");
});

test("where nothing is known it says why", () => {
  expect(String(needs({ list: undefined, ...none }, frame))).toContain("has not told yet");
  expect(String(needs({ list: undefined, at: undefined, problem: "NOPERM <b>" }, frame))).toContain(
    "not known just now: <bdi>NOPERM &lt;b&gt;</bdi>",
  );
});
