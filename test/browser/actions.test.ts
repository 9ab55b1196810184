/** Every action of every page, by mouse and by keyboard, with and without the script: what it leaves in Redis; and that there is no other. */
import type { Redis } from "ioredis";
import type { Browser, Locator, Page } from "playwright-core";
import { CronSchedule } from "tsq/cron";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { describeInChromium, isAllAsked, startChromium } from "../support/browser/chromium.ts";
import { controlAt, controlsOf, toldOf } from "../support/browser/controls.ts";
import { ELSEWHERE, ON_LISTS } from "../support/browser/deeds.ts";
import type { Deed } from "../support/browser/deeds.ts";
import { control, field, WAYS } from "../support/browser/hands.ts";
import type { Hands, Way } from "../support/browser/hands.ts";
import { look } from "../support/browser/look.ts";
import type { Look } from "../support/browser/look.ts";
import { PAGES } from "../support/browser/page-table.ts";
import { startScenes } from "../support/browser/scenes.ts";
import { ALL, fillSmall, leavings } from "../support/browser/small-world.ts";
import { serveDashboard } from "../support/dashboard.ts";
import type { Served } from "../support/dashboard.ts";
import { eventually } from "../support/eventually.ts";
import { startRedis } from "../support/redis.ts";
import type { TestRedis } from "../support/redis.ts";

const nameOf = ([way, , hasScript]: Way): string => `${way}, script ${hasScript ? "on" : "off"}`;

const BULK = "tsq:bulk";
/** What a dashboard writes of work on the dead. */
const workText = (state: string): string => {
  const now = Date.now();
  return JSON.stringify({
    verb: "delete",
    action: "set.delete",
    list: "/morgue",
    subject: { set: "dead" },
    filter: "",
    reason: "",
    by: "mira",
    expected: 9,
    report: { done: 6, looked: 6 },
    startedAt: now,
    endedAt: state === "running" ? undefined : now,
    seenAt: now,
    state,
  });
};

/** As Sidekiq 8 writes it. */
const metricsOfAMinute = (): [string, Record<string, number>] => {
  const [day = "", time = ""] = new Date().toISOString().slice(2).split("T");
  const [hours, minutes] = time.split(":");
  const fields = { "HardJob|p": 3, "HardJob|f": 1, "HardJob|ms": 900 };
  return [`j|${day.replaceAll("-", "")}|${Number(hours)}:${minutes}`, fields];
};

/** What the script alone shows. */
const SCRIPTED = new Set(["livetoggle"]);

const deedsOf = (way: number): readonly Deed[] => [
  ...ON_LISTS,
  ...ELSEWHERE.filter((_, i) => isAllAsked() || i % 2 === way % 2),
];
const ROWS = WAYS.flatMap((way, i) =>
  deedsOf(i).map((deed) => [deed.path, deed.presses.join(", "), nameOf(way), way, deed] as const),
);

describeInChromium("actions", () => {
  let server: TestRedis;
  let redis: Redis;
  let dashboard: Served;
  let browser: Browser;
  let cron: CronSchedule;
  /** By whom each control was pressed. */
  const pressed = new Map<string, Set<string>>();
  let done = 0;
  beforeAll(async () => {
    server = await startRedis({ backend: "native" });
    redis = server.client();
    cron = new CronSchedule({ redis: server.url });
    [browser, dashboard] = await Promise.all([startChromium(), serveDashboard({ redis: server.url })]);
  });
  afterAll(async () => {
    await browser.close();
    await dashboard.stop();
    await cron.close();
    await server.stop();
  });
  beforeEach(async () => {
    await fillSmall(redis, cron);
  });

  const note = (told: string, way: Way): void => {
    pressed.set(told, (pressed.get(told) ?? new Set()).add(nameOf(way)));
  };
  /** Hands that leave a trace on what they press. */
  const handsAt = (page: Page, way: Way): Hands => {
    const hands = way[1](page);
    const press = async (target: Locator): Promise<void> => {
      const found = await controlAt(target);
      if (found) note(toldOf(found), way);
      await hands.press(target);
    };
    return { ...hands, press };
  };
  // A look for each way: what one deed leaves of a page is gone with the next.
  const looks = new Map<Way, Promise<Look>>();
  const openAgain = async (way: Way, path: string) => {
    const looking = looks.get(way) ?? look(browser, { hasScript: way[2] });
    looks.set(way, looking);
    const { page, complaints } = await looking;
    complaints.length = 0;
    await page.goto(dashboard.url + path);
    return { page, complaints, hands: handsAt(page, way) };
  };
  const open = async (way: Way, path: string) => {
    const looked = await look(browser, { hasScript: way[2] });
    await looked.page.goto(dashboard.url + path);
    return { looked, hands: handsAt(looked.page, way) };
  };

  test.for(ROWS)("%s: %s, by %s", async ([path, , , way, { ticks = [], presses, writes = {}, leaves }]) => {
    const { page, complaints, hands } = await openAgain(way, path);

    for (const jid of ticks) await hands.tick(page.getByRole("checkbox", { name: new RegExp(`\\b${jid}$`) }));
    let next: Promise<unknown> | undefined;
    for (const [i, name] of presses.entries()) {
      if (i === presses.length - 1) {
        for (const [label, text] of Object.entries(writes)) await hands.write(field(page, label), text);
        // Who has said no in a dialog stays where they were.
        if (name !== "Cancel" || !way[2]) next = page.waitForEvent("load");
      }
      await hands.press(control(page, name));
    }

    await eventually(async () => expect(await leavings(redis)).toEqual({ ...ALL, ...leaves }));
    await next;
    // What was done is said, of many jobs also to whoever comes to their list.
    if (presses.at(-1) !== "Cancel") await page.locator("main > .flash, #news > .flash").first().waitFor();
    expect(complaints).toEqual([]);
    done++;
  });

  describe.each(WAYS.map((way) => [nameOf(way), way] as const))("by %s", (_, way) => {
    test("work on many jobs of another dashboard is ended, and done again to the rest", async () => {
      await redis.hset(BULK, { going: workText("running"), ended: workText("cancelled") });
      const { looked, hands } = await open(way, "/bulk/going");
      await using closing = looked;
      const { page, complaints } = closing;

      const next = page.waitForEvent("load");
      await hands.press(control(page, "End it"));
      await next;
      await eventually(async () => expect(await redis.hexists(BULK, "end going")).toBe(1));
      await page.goto(`${dashboard.url}/bulk/ended`);
      await hands.press(control(page, "Do the rest…"));
      await hands.press(control(page, "Delete 3 jobs"));

      await eventually(async () => expect(await leavings(redis)).toEqual({ ...ALL, dead: "" }));
      expect(complaints).toEqual([]);
      done++;
    });

    test("what is looked for in each field is what the next page shows", async () => {
      await redis.hset(...metricsOfAMinute());
      await dashboard.post("/queues/low", { pause: "1" });
      const { looked, hands } = await open(way, "/");
      await using closing = looked;
      const { page, complaints } = closing;
      const main = page.locator("main");
      const search = main.getByRole("searchbox");

      for (const path of ["/retries", "/scheduled", "/morgue", "/queues/low", "/errors", "/search"]) {
        await page.goto(dashboard.url + path);
        await hands.write(search, "class:HardJob");
        await hands.press(control(page, "Filter"));
        await page.waitForURL((to) => to.pathname === path && to.searchParams.get("q") === "class:HardJob");
      }
      for (const [path, field] of [
        ["/metrics", "substr"],
        ["/audit", "user"],
      ] as const) {
        await page.goto(dashboard.url + path);
        await hands.write(search, "Hard");
        await hands.press(control(page, "Filter"));
        await page.waitForURL((to) => to.pathname === path && to.searchParams.get(field) === "Hard");
      }
      await page.goto(`${dashboard.url}/metrics`);
      await hands.tick(main.getByRole("checkbox", { name: /HardJob/ }));
      await hands.press(main.getByRole("button", { name: /^Show what is ticked/ }));
      await page.waitForURL((to) => to.pathname === "/metrics" && to.searchParams.has("period"));
      await hands.write(page.getByRole("search").getByRole("searchbox"), "HardJob");
      await page.keyboard.press("Enter");
      await page.waitForURL((to) => to.pathname === "/search" && to.searchParams.get("q") === "HardJob");
      note("frame: GET /search q", way);
      expect(complaints).toEqual([]);
      done++;
    });

    test("language, time zone and theme are those that are chosen around each page", async () => {
      const { looked, hands } = await open(way, "/retries");
      await using closing = looked;
      const { page, complaints } = closing;
      const html = page.locator("html");
      const choose = (form: string) => page.locator(`form:has(${form})`).getByRole("button");

      if (way[2]) {
        await hands.press(page.getByRole("button", { name: "Live" }));
        await page.getByRole("button", { name: "Paused" }).waitFor();
      }
      await hands.select(page.locator("select#zone"), "UTC");
      await hands.press(choose("select#zone"));
      await page.locator("main > .flash", { hasText: "UTC" }).waitFor();
      await page.goto(`${dashboard.url}/preferences`);
      await hands.select(page.locator("select#all-zones"), "Europe/Berlin");
      await hands.press(choose("select#all-zones"));
      await page.locator("main > .flash", { hasText: "Europe/Berlin" }).waitFor();
      await hands.press(page.getByRole("button", { name: /^Theme: / }));
      await eventually(async () => expect(await html.getAttribute("data-theme")).toBe("light"));
      await hands.select(page.locator("select#locale"), "Deutsch");
      await hands.press(choose("select#locale"));
      await page.locator('html[lang="de"]').waitFor();
      expect(complaints).toEqual([]);
      done++;
    });
  });

  test("there is nothing to press on any page that nobody has pressed above", async ({ skip }) => {
    if (done < ROWS.length + 3 * WAYS.length) skip("not everything was pressed");
    await redis.hset(BULK, { going: workText("running"), ended: workText("cancelled") });
    await redis.sadd("paused", "low");
    await using scenes = await startScenes();
    await using looked = await look(browser);

    const paths = [...new Set(ROWS.map(([path]) => path)), "/bulk/going", "/bulk/ended"];
    const there = await controlsOf(looked.page, [
      ...PAGES.filter(({ scene = "full" }) => scene === "full").map((row) => scenes.urlOf(row)),
      ...paths.map((path) => dashboard.url + path),
    ]);

    // The hands take turns, unless all is asked for.
    const byAll = isAllAsked() ? WAYS.map((way) => [way]) : [WAYS];
    const never = byAll.flatMap((ways) =>
      there
        .filter(({ does }) => !SCRIPTED.has(does) || ways.some(([, , hasScript]) => hasScript))
        .filter((control) => !ways.some((way) => pressed.get(toldOf(control))?.has(nameOf(way))))
        .map((control) => `${toldOf(control)}, by ${ways.map(nameOf).join(" or ")}`),
    );
    expect(there.length).toBeGreaterThan(150);
    expect(never).toEqual([]);
  });
});
