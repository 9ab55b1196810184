/** Every action of every page, by mouse and by keyboard, with and without the script: what it leaves in Redis. */
import type { Redis } from "ioredis";
import type { Browser, Locator, Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { describeInChromium, isAllAsked, startChromium } from "../support/browser/chromium.ts";
import { keyboard, mouse } from "../support/browser/hands.ts";
import type { Hands } from "../support/browser/hands.ts";
import { look } from "../support/browser/look.ts";
import { serveDashboard } from "../support/dashboard.ts";
import type { Served } from "../support/dashboard.ts";
import { eventually } from "../support/eventually.ts";
import { startRedis } from "../support/redis.ts";
import type { TestRedis } from "../support/redis.ts";

const SCORE = 1_999_999_999.5;
// A job has died before one asks what to do about it, and not so long ago that a kill would forget it.
const DIED = Math.floor(Date.now() / 1_000) - 86_400 + 0.5;
const payload = (jid: string) =>
  JSON.stringify({
    class: "HardJob",
    args: [1],
    jid,
    queue: "low",
    retry: true,
    retry_count: 2,
    created_at: 1,
  });
const PROCESSES = ["worker-1:1:a", "worker-2:2:b"];

const ALL = { retry: "abc", schedule: "def", dead: "ghi", low: "jkl", paused: "", signals: "" };

interface Deed {
  readonly path: string;
  /** The names of the jobs to tick first. */
  readonly ticks?: readonly string[];
  /** What to press, one after the other; behind the first, on the question that it asks. */
  readonly presses: readonly string[];
  /** What differs afterwards from how it was. */
  readonly leaves: Partial<typeof ALL>;
}

const DEEDS: readonly Deed[] = [
  { path: "/retries", ticks: ["a", "c"], presses: ["Retry"], leaves: { retry: "b", low: "acjkl" } },
  { path: "/retries", ticks: ["a", "c"], presses: ["Kill"], leaves: { retry: "b", dead: "acghi" } },
  { path: "/retries", ticks: ["a", "c"], presses: ["Delete"], leaves: { retry: "b" } },
  { path: "/retries", presses: ["Retry all…", "Retry 3 jobs"], leaves: { retry: "", low: "abcjkl" } },
  { path: "/retries", presses: ["Kill all…", "Kill 3 jobs"], leaves: { retry: "", dead: "abcghi" } },
  { path: "/retries", presses: ["Delete all…", "Delete 3 jobs"], leaves: { retry: "" } },
  { path: `/retries/${SCORE}-b`, presses: ["Retry now"], leaves: { retry: "ac", low: "bjkl" } },
  { path: `/retries/${SCORE}-b`, presses: ["Kill…", "Kill"], leaves: { retry: "ac", dead: "bghi" } },
  { path: `/retries/${SCORE}-b`, presses: ["Delete…", "Delete"], leaves: { retry: "ac" } },
  { path: "/scheduled", ticks: ["d"], presses: ["Run now"], leaves: { schedule: "ef", low: "djkl" } },
  { path: "/scheduled", ticks: ["d"], presses: ["Delete"], leaves: { schedule: "ef" } },
  {
    path: "/scheduled",
    presses: ["Run all now…", "Run 3 jobs now"],
    leaves: { schedule: "", low: "defjkl" },
  },
  { path: "/scheduled", presses: ["Delete all…", "Delete 3 jobs"], leaves: { schedule: "" } },
  { path: `/scheduled/${SCORE}-e`, presses: ["Run now"], leaves: { schedule: "df", low: "ejkl" } },
  { path: `/scheduled/${SCORE}-e`, presses: ["Delete…", "Delete"], leaves: { schedule: "df" } },
  { path: "/morgue", ticks: ["i"], presses: ["Retry"], leaves: { dead: "gh", low: "ijkl" } },
  { path: "/morgue", ticks: ["g", "h"], presses: ["Delete"], leaves: { dead: "i" } },
  { path: "/morgue", presses: ["Retry all…", "Retry 3 jobs"], leaves: { dead: "", low: "ghijkl" } },
  { path: "/morgue", presses: ["Delete all…", "Delete 3 jobs"], leaves: { dead: "" } },
  { path: `/morgue/${DIED}-h`, presses: ["Retry now"], leaves: { dead: "gi", low: "hjkl" } },
  { path: `/morgue/${DIED}-h`, presses: ["Delete…", "Delete"], leaves: { dead: "gi" } },
  { path: "/queues", presses: ["Pause low", "Resume low"], leaves: {} },
  { path: "/queues", presses: ["Pause low"], leaves: { paused: "low" } },
  { path: "/queues/low", presses: ["Pause low"], leaves: { paused: "low" } },
  { path: "/queues/low", ticks: ["k"], presses: ["Delete"], leaves: { low: "jl" } },
  { path: "/queues/low", presses: ["Clear…", "Delete 3 jobs"], leaves: { low: "" } },
  { path: "/busy", presses: ["Quiet worker-1:1"], leaves: { signals: "a:TSTP" } },
  { path: "/busy", presses: ["Stop worker-2:2", "Stop"], leaves: { signals: "b:TERM" } },
  { path: "/busy", presses: ["Quiet all…", "Quiet"], leaves: { signals: "a:TSTP b:TSTP" } },
  { path: "/busy", presses: ["Stop all…", "Stop"], leaves: { signals: "a:TERM b:TERM" } },
  // Who is asked may say no.
  { path: "/morgue", presses: ["Delete all…", "Cancel"], leaves: {} },
];

type Way = readonly [way: string, handsOf: (page: Page) => Hands, hasScript: boolean];

// By mouse and by keyboard, and with the script and without: the two other pairs are those of TSQ_BROWSER=all.
const WAYS: readonly Way[] = [
  ["mouse", mouse, true],
  ["keyboard", keyboard, false],
  ...(isAllAsked()
    ? ([
        ["keyboard", keyboard, true],
        ["mouse", mouse, false],
      ] satisfies Way[])
    : []),
];

describeInChromium("actions", () => {
  let server: TestRedis;
  let redis: Redis;
  let dashboard: Served;
  let browser: Browser;
  beforeAll(async () => {
    server = await startRedis({ backend: "native" });
    redis = server.client();
    [browser, dashboard] = await Promise.all([startChromium(), serveDashboard({ redis: server.url })]);
  });
  afterAll(async () => {
    await browser.close();
    await dashboard.stop();
    await server.stop();
  });
  beforeEach(async () => {
    await redis.flushdb();
    for (const set of ["retry", "schedule", "dead"] as const) {
      for (const jid of ALL[set]) await redis.zadd(set, set === "dead" ? DIED : SCORE, payload(jid));
    }
    await redis.sadd("queues", "low");
    for (const jid of ALL.low) await redis.lpush("queue:low", payload(jid));
    for (const identity of PROCESSES) {
      const [hostname, pid] = identity.split(":");
      const info = {
        hostname,
        pid: Number(pid),
        tag: "",
        labels: [],
        queues: ["low"],
        concurrency: 5,
        identity,
      };
      await redis.sadd("processes", identity);
      await redis.hset(identity, {
        info: JSON.stringify({ ...info, started_at: 1 }),
        beat: Date.now() / 1_000,
        busy: 0,
        quiet: "false",
      });
    }
  });

  test.for(
    WAYS.flatMap(([way, handsOf, hasScript]) =>
      DEEDS.map(
        (deed) => [deed.path, deed.presses.join(", "), way, hasScript ? "on" : "off", handsOf, deed] as const,
      ),
    ),
  )("%s: %s, by %s, script %s", async ([path, , , script, handsOf, { ticks = [], presses, leaves }]) => {
    await using looked = await look(browser, { hasScript: script === "on" });
    const { page, complaints } = looked;
    const hands = handsOf(page);
    await page.goto(dashboard.url + path);

    for (const jid of ticks) await hands.tick(page.getByRole("checkbox", { name: new RegExp(`\\b${jid}$`) }));
    let next: Promise<unknown> | undefined;
    for (const [i, name] of presses.entries()) {
      // Who has said no stays where they were.
      if (i === presses.length - 1 && name !== "Cancel") next = page.waitForEvent("load");
      await hands.press(control(page, name, i > 0 && script === "on"));
    }

    await eventually(async () => expect(await now(redis)).toEqual({ ...ALL, ...leaves }));
    await next;
    // What was done is said, of many jobs also to whoever comes to their list.
    if (next) await page.locator("main > .flash, #news > .flash").first().waitFor();
    expect(complaints).toEqual([]);
  });
});

/** A button or a link of the page, or of the dialog that is open. */
const control = (page: Page, name: string, isInDialog: boolean): Locator => {
  const isQuestion = isInDialog && !name.startsWith("Resume");
  const place = isQuestion ? page.locator("dialog[open]") : page.locator("main");
  return place.getByRole("button", { name, exact: true }).or(place.getByRole("link", { name, exact: true }));
};

/** Where each job is, by its jid; and who was told what. */
const now = async (redis: Redis): Promise<typeof ALL> => {
  const jids = (texts: readonly string[]): string =>
    texts
      .map((text) => (JSON.parse(text) as { jid: string }).jid)
      .toSorted((one, other) => one.localeCompare(other))
      .join("");
  const signals = await Promise.all(
    PROCESSES.map(async (identity) =>
      (await redis.lrange(`${identity}-signals`, 0, -1)).map((signal) => `${identity.slice(-1)}:${signal}`),
    ),
  );
  return {
    retry: jids(await redis.zrange("retry", "0", "-1")),
    schedule: jids(await redis.zrange("schedule", "0", "-1")),
    dead: jids(await redis.zrange("dead", "0", "-1")),
    low: jids(await redis.lrange("queue:low", 0, -1)),
    paused: (await redis.smembers("paused")).join(" "),
    signals: signals.flat().join(" "),
  };
};
