/** The same requests for pages to Ruby's Sidekiq::Web and to ours, on the same Redis: status, where they lead, which jobs they show. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { serveDashboard } from "../support/dashboard.ts";
import type { Served } from "../support/dashboard.ts";
import type { Generation } from "../support/ruby.ts";
import { describeInterop } from "../support/shared-redis.ts";
import { fillOwnKeys } from "../support/own-keys.ts";
import { DEAD_SCORES, fill, jid, SCORES, stateOf } from "../support/web-state.ts";

/** Paths, and the first generation that has them. */
const PAGES: readonly (readonly [path: string, since?: Generation])[] = [
  ["/"],
  ["/?days=1"],
  ["/?days=7"],
  ["/?days=180"],
  ["/?days=181"],
  ["/?days=1000000"],
  ["/?days=0"],
  ["/?days=-3"],
  ["/?days=nonsense"],
  ["/?days="],
  ["/busy"],
  ["/busy?only=jobs", 8],
  ["/busy?only=processes", 8],
  ["/busy?only=nonsense", 8],
  ["/queues"],
  ["/queues/default"],
  ["/queues/low"],
  ["/queues/neverseen"],
  ["/queues/foo_bar:123-wow."],
  ["/queues/onmouseover=alert()"],
  ["/queues/a%20b"],
  ["/queues/default?count=3"],
  ["/queues/default?count=3&direction=asc"],
  ["/queues/default?count=2&page=2"],
  ["/queues/default?count=2&page=2&direction=asc"],
  ["/queues/default?count=2&page=3"],
  ["/queues/default?count=2&page=-1"],
  ["/queues/default?page=nonsense"],
  ...["/retries", "/scheduled", "/morgue"].flatMap((path) => [
    [path] as const,
    [`${path}?count=2`] as const,
    [`${path}?count=2&page=2`] as const,
    [`${path}?count=2&page=0`] as const,
    [`${path}?substr=`] as const,
    [`${path}?substr=nothinghasthis`, 8] as const,
    [`${path}?substr=0%22`, 8] as const,
    [`${path}/0-shouldntexist`] as const,
    [`${path}/${SCORES[0]}-shouldntexist`] as const,
    [`${path}/nonsense`] as const,
    [`${path}/all`] as const,
    [`${path}/all/nonsense`] as const,
  ]),
  [`/retries/${SCORES[1]}-${jid("a", 1)}`],
  [`/retries/${SCORES[1]}-${jid("a", 2)}`],
  // 4102444803 is 4102444803.0 in Ruby's links.
  [`/retries/${SCORES[3]}.0-${jid("a", 3)}`],
  [`/retries/${SCORES[0]}-${jid("a", 3)}`],
  [`/scheduled/${SCORES[0]}-${jid("b", 0)}`],
  [`/morgue/${DEAD_SCORES[0]}-${jid("d", 0)}`],
  ["/metrics", 7],
  ["/metrics?period=4h", 7],
  ["/metrics?period=72h", 8],
  ["/metrics?period=nonsense", 7],
  ["/metrics?substr=hard", 7],
  ["/metrics/HardJob?period=2h", 7],
  ["/metrics/Shop::HardJob", 7],
  ["/dashboard/stats"],
  ["/nowhere"],
  ["/queues/default/nowhere"],
];

describeInterop(
  "a page of a dashboard",
  (shared) => {
    const { generation, version } = shared.ruby;
    let dashboard: Served;
    beforeAll(async () => {
      await fill(shared.redis, generation, version);
      dashboard = await serveDashboard({ redis: shared.url });
    });
    afterAll(() => dashboard.stop());

    const here = PAGES.filter(([, since = 6]) => since <= generation).map(([path]) => path);
    test.each(here)("GET %s", async (path) => {
      const before = await stateOf(shared.redis);
      const theirs = await shared.page(path);

      const { status, location, text } = await dashboard.get(path);

      expect({ status, location: location ?? null, jobs: jobsOn(text, path) }).toEqual({
        status: theirs.status,
        location: theirs.location?.replace(/^http:\/\/[^/]+/, "") ?? null,
        jobs: jobsOn(theirs.body, path),
      });
      expect(await stateOf(shared.redis)).toEqual(before);
    });

    test("HEAD / is 200 and empty", async () => {
      const { status, body } = await fetch(dashboard.url, { method: "HEAD" });

      expect([status, body]).toEqual([200, null]);
    });

    test("a form that comes from elsewhere is refused, and changes nothing", async () => {
      const before = await stateOf(shared.redis);
      const theirs = await shared.page("/retries/all/delete", {}, { HTTP_SEC_FETCH_SITE: "cross-site" });

      const ours = await dashboard.post("/retries/all/delete", {}, { "sec-fetch-site": "cross-site" });

      expect(ours.status).toBe(403);
      // Older ones go by a token that the form carries, and this one does.
      if (generation === 8) expect(theirs.status).toBe(403);
      else await fill(shared.redis, generation, version);
      expect(await stateOf(shared.redis)).toEqual(before);
    });

    test("/stats has the same fields with the same values", async () => {
      const theirs = statsOf((await shared.page("/stats")).body);

      const ours = statsOf((await dashboard.get("/stats")).text);

      expect(ours.sidekiq).toEqual({ ...theirs.sidekiq, default_latency: expect.any(Number) });
      expect(
        Math.abs(Number(ours.sidekiq["default_latency"]) - Number(theirs.sidekiq["default_latency"])),
      ).toBeLessThan(60);
      expect(Object.keys(ours.redis)).toEqual(expect.arrayContaining(Object.keys(theirs.redis)));
      expect(ours.redis["redis_version"]).toBe(theirs.redis["redis_version"]);
      expect(ours.server_utc_time).toMatch(/^\d\d:\d\d:\d\d UTC$/);
      expect(theirs.server_utc_time).toMatch(/^\d\d:\d\d:\d\d UTC$/);
    });

    test("/stats/queues is the same text", async () => {
      const theirs = await shared.page("/stats/queues");

      expect((await dashboard.get("/stats/queues")).text).toBe(theirs.body);
    });

    describe("of Ruby's", () => {
      test("shows what it showed before, with all keys of ours beside its own", async () => {
        const paths = [
          "/",
          "/busy",
          "/queues",
          "/queues/default",
          "/retries",
          "/scheduled",
          "/morgue",
          "/stats",
        ];
        const before = await Promise.all(paths.map((path) => shared.page(path)));
        const keys = await fillOwnKeys(shared.redis);

        const after = await Promise.all(paths.map((path) => shared.page(path)));

        expect(await shared.redis.exists(...keys)).toBe(keys.length);
        for (const [i, page] of after.entries()) {
          expect([paths[i], page.status]).toEqual([paths[i], 200]);
          const counted = countsIn(before[i]?.body ?? "");
          expect(countsIn(page.body).map((count, at) => orBefore(count, counted[at]))).toEqual(counted);
          expect(page.body).not.toContain("tsq:");
        }
      });
    });
  },
  { keepsState: true },
);

interface StatsJson {
  readonly sidekiq: Readonly<Record<string, unknown>>;
  readonly redis: Readonly<Record<string, string>>;
  readonly server_utc_time: string;
}

// The test compares the fields themselves.
const statsOf = (text: string): StatsJson => JSON.parse(text) as StatsJson;

/** Which jobs a list shows, in its order; a page of one job may name others. */
const jobsOn = (body: string, path: string): string[] =>
  /^\/(?:queues|retries|scheduled|morgue)(?:\/[a-z]+)?(?:\?|$)/.test(path)
    ? [...new Set([...body.matchAll(/\b([a-d])\1{21}\d\d\b/g)].map(([found]) => found))]
    : [];

const LEAST_LATENCY = 10_000;

/** A latency, in seconds, has gone on since. */
const orBefore = (count: string, before = ""): string => {
  const since = Number(count) - Number(before);
  return Number(before) > LEAST_LATENCY && since >= 0 && since < 60 ? before : count;
};

/** The numbers of the summary and the jobs, but for how long something waits. */
const countsIn = (body: string): string[] => [
  ...[...body.matchAll(/class="count[^"]*"[^>]*>\s*([\d,]+)/g)].map(([, count = ""]) => count),
  ...[...body.matchAll(/data-nwp[^>]*>\s*([\d,]+)/g)].map(([, count = ""]) => count),
  ...[...body.matchAll(/\b([a-d])\1{21}\d\d\b/g)].map(([found]) => found),
];
