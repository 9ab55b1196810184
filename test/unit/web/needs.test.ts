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

  test.each<[Finding["kind"], Finding["where"], string]>([
    ["nobody-works", { page: "queues" }, "/queues"],
    ["queue-late", { page: "queue", name: "a/b" }, "/queues/a%2Fb"],
    [
      "class-unrunnable",
      { page: "queue", name: "low", filter: "class:Other" },
      "/queues/low?q=class%3AOther",
    ],
    ["deaths", { page: "dead", filter: "after:1h" }, "/morgue?q=after%3A1h"],
    ["error-growing", { page: "errors", name: "5f", filter: "group:5f" }, "/errors?q=group%3A5f"],
    ["retry-storm", { page: "retries", filter: "before:+1m" }, "/retries?q=before%3A%2B1m"],
    ["nobody-promotes", { page: "retries", filter: "before:2m" }, "/retries?q=before%3A2m"],
    ["nobody-promotes", { page: "scheduled", filter: "before:2m" }, "/scheduled?q=before%3A2m"],
    ["process-silent", { page: "busy", name: "web-77:1:ab" }, "/busy?identity=web-77%3A1%3Aab"],
    ["process-stuck", { page: "busy", name: "web-77:1:ab" }, "/busy?identity=web-77%3A1%3Aab"],
    ["job-long", { page: "busy", name: "a1" }, "/jobs/a1"],
    // A payload without a jid has no page.
    ["job-long", { page: "busy", name: "" }, "/busy"],
    ["redis-memory", { page: "redis" }, "/#redis"],
  ])("%s at %j leads to %s", (kind, where, address) => {
    expect(shown(finding({ kind, where }))).toContain(`href="/sidekiq${address}"`);
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

  test.each([
    [1, "12 jobs wait. The only process is quiet: it takes no more."],
    [3, "12 jobs wait. All 3 processes are quiet: they take no more."],
  ])("of %d quiet processes says that they take no more", (processes, said) => {
    expect(shown(finding({ kind: "nobody-works", evidence: { enqueued: 12, processes } }))).toContain(said);
  });

  test.each([
    [1, "Its only slot has run the same job for 10 min and longer. 1 job waits."],
    [5, "All 5 slots have run the same jobs for 10 min and longer. 1 job waits."],
  ])("of a process with %d slots says that they get nowhere", (concurrency, said) => {
    const evidence = { identity: "web:1:a", concurrency, seconds: 600, waiting: 1 };

    expect(shown(finding({ kind: "process-stuck", evidence }))).toContain(said);
  });

  test("names no fingerprint: a message may hold what is masked", () => {
    const evidence = { group: "5f", class: "A", error: "E", fingerprint: "hunter2 is wrong", recent: 40 };

    expect(shown(finding({ kind: "error-growing", evidence }))).not.toContain("hunter2");
  });
});

test("findings of one kind are one, with the three worst by name and a link to the rest", () => {
  const many = Array.from({ length: 1_000 }, (_, i) =>
    finding({
      id: `${i}`,
      level: i === 7 ? "critical" : "warning",
      evidence: { queue: `q${i}`, size: 1, latency: i, goal: 1 },
      where: { page: "queue", name: `q${i}` },
    }),
  );

  const text = shown(...many, finding({ kind: "deaths", evidence: { deadLastHour: 40 } }));

  expect(text.match(/<h2>/g)).toHaveLength(2);
  expect(text).toContain("1,000 queues are behind");
  expect([...text.matchAll(/queues\/(q\d+)"/g)].map(([, name]) => name)).toEqual(["q7", "q999", "q998"]);
  expect(text).toContain('href="/sidekiq/queues?order=oldest">997 more');
  expect(text.length).toBeLessThan(4_000);
});

test("every kind of which there can be several has a phrase for them", () => {
  for (const key of Object.keys(WORD_FINDINGS).filter((one) => one.startsWith("findings."))) {
    const one = finding({ kind: key.slice(9) as Finding["kind"] });
    const text = shown(one, { ...one, id: "y" }, { ...one, id: "z" }, { ...one, id: "zz" });

    expect([key, text.match(/<h2>/g)?.length, /[{}]|undefined|NaN/.test(text)]).toEqual([key, 1, false]);
  }
});

test("where nothing is known it says why", () => {
  expect(String(needs({ list: undefined, ...none }, frame))).toContain("has not told yet");
  expect(String(needs({ list: undefined, at: undefined, problem: "NOPERM <b>" }, frame))).toContain(
    "not known just now: <bdi>NOPERM &lt;b&gt;</bdi>",
  );
});

test("of queues that are late those are the worst that are furthest beyond their own goals", () => {
  const late = (name: string, latency: number, goal: number) =>
    finding({ id: name, evidence: { queue: name, size: 1, latency, goal }, where: { page: "queue", name } });
  const days = ["reports", "exports", "backups"].map((name) => late(name, 90_000, 86_400));

  const text = shown(...days, late("mailers", 600, 60));

  expect(text.indexOf("mailers")).toBeGreaterThan(-1);
  expect(text.indexOf("mailers")).toBeLessThan(text.indexOf("reports"));
});
