/** Search, errors, the audit trail, a job's bytes, and work on many jobs: by mouse and by keyboard, with and without the script. */
import type { Page } from "playwright-core";
import { beforeEach, describe, expect, test } from "vitest";
import { describeInChromium } from "../support/browser/chromium.ts";
import { control, field, WAYS } from "../support/browser/hands.ts";
import { look } from "../support/browser/look.ts";
import { addJobs, jobText, setStage } from "../support/browser/stage.ts";
import { eventually } from "../support/eventually.ts";

const JID = "0123456789abcdef01234567";
const MANY = 700;

const url = (page: Page) => new URL(page.url());
const rows = (page: Page) => page.locator("main tr[data-row]");

describeInChromium("what one looks for", () => {
  const stage = setStage();
  beforeEach(() => addJobs(stage.redis, "retry", ["a", "b"]));

  describe.each(WAYS)("by %s", (_, handsOf, hasScript) => {
    const open = async (path: string) => {
      const looked = await look(stage.browser, { hasScript });
      await looked.page.goto(stage.dashboard.url + path);
      return looked;
    };

    test("is found by words, and its list and the page of a jid are led to", async () => {
      await stage.redis.sadd("queues", "low");
      await stage.redis.lpush("queue:low", jobText(JID, { class: "OtherJob" }));
      await using looked = await open("/search");
      const { page, complaints } = looked;
      const hands = handsOf(page);
      const filter = async (text: string) => {
        await hands.write(page.locator("main").getByRole("searchbox"), text);
        await hands.press(control(page, "Filter"));
      };

      await filter("class:HardJob");
      await page.locator("h1", { hasText: "2 jobs found" }).waitFor();
      expect(await rows(page).count()).toBe(2);
      await hands.press(control(page, "See all there"));
      await page.waitForURL(
        (to) => to.searchParams.get("q") === "class:HardJob" && to.pathname === "/retries",
      );
      await hands.press(control(page, "Remove filter class:HardJob"));
      await page.waitForURL("**/retries");

      await page.goto(`${stage.dashboard.url}/search`);
      await filter(JID);
      await page.locator("h1", { hasText: "OtherJob" }).waitFor();
      expect(url(page).pathname).toBe(`/jobs/${JID}`);
      expect(complaints).toEqual([]);
    });

    test("is an error: each once, the newest first, with the way to its jobs", async () => {
      const failed = (jid: string, error: string, at: number) =>
        jobText(jid, { error_class: error, error_message: "no", failed_at: at });
      await stage.redis.zadd("dead", 1, failed("x", "OldError", 1_000), 2, failed("y", "OldError", 1_000));
      await stage.redis.zadd("retry", 9_999_999_999, failed("z", "NewError", 2_000));
      await using looked = await open("/errors");
      const { page, complaints } = looked;
      const hands = handsOf(page);
      const first = rows(page).first();

      await first.getByText("OldError").waitFor();
      await hands.press(control(page, "Newest"));
      await first.getByText("NewError").waitFor();
      await hands.press(control(page, "2 in Dead"));
      await page.waitForURL("**/morgue?q=group*");
      expect(await rows(page).count()).toBe(2);
      expect(complaints).toEqual([]);
    });

    test("is in the audit trail, by user, action and outcome, page by page, and as a file", async () => {
      for (let i = 0; i < 26; i++) {
        await stage.dashboard.post("/queues/low", { pause: "1" });
        await stage.dashboard.post("/queues/low", { unpause: "1" });
      }
      await stage.dashboard.post("/jobs/a", { delete: "1" });
      await using looked = await open("/audit");
      const { page, complaints } = looked;
      const hands = handsOf(page);

      expect(await rows(page).count()).toBe(50);
      await hands.press(control(page, "Older"));
      await page.waitForURL("**/audit?after=*");
      expect(await rows(page).count()).toBe(3);

      await page.goto(`${stage.dashboard.url}/audit`);
      await hands.select(page.getByRole("combobox", { name: "Action" }), "Deleted");
      await hands.press(control(page, "Filter"));
      await page.waitForURL("**action=job.delete*");
      expect(await rows(page).count()).toBe(1);
      const download = page.waitForEvent("download");
      await hands.press(control(page, "Download CSV"));
      expect((await download).suggestedFilename()).toBe("tsq-audit.csv");

      await hands.select(page.getByRole("combobox", { name: "Outcome" }), "Refused");
      await hands.write(field(page, "User"), "nobody");
      await hands.press(control(page, "Filter"));
      await page.getByText("Nothing fits the filter.").waitFor();
      await hands.press(control(page, "Clear"));
      await page.waitForURL("**/audit");
      expect(complaints).toEqual([]);
    });

    test("is a job, whose bytes can be shown and kept", async () => {
      await using looked = await open("/jobs/a");
      const { page, complaints } = looked;
      const hands = handsOf(page);

      await hands.press(page.locator("summary", { hasText: "Show the raw text" }));
      await page.locator("pre.code", { hasText: `"jid":"a"` }).waitFor();
      const download = page.waitForEvent("download");
      await hands.press(control(page, "Download all of it"));
      expect((await download).suggestedFilename()).toBe("payload.json.txt");
      expect(complaints).toEqual([]);
    });

    test("is work on many jobs, which is confirmed by their number, goes on slowly, and is ended", async () => {
      const dead = Array.from({ length: MANY }, (_, i) => [Date.now() / 1_000 - 9, jobText(`d${i}`)]).flat();
      await stage.redis.zadd("dead", ...dead);
      await using looked = await open("/morgue");
      const { page, complaints } = looked;
      const hands = handsOf(page);

      await hands.press(control(page, "Delete all…"));
      await hands.choose(page.locator('[name=pace][value="600"]'));
      await hands.write(field(page, `Type ${MANY} to go on`), String(MANY));
      await hands.press(control(page, `Delete ${MANY} jobs`));
      await page.waitForURL("**/bulk/*");
      await page.locator("h1", { hasText: `of ${MANY} jobs deleted` }).waitFor();
      await hands.press(control(page, "End it"));
      await page.getByText("Somebody has ended it.").waitFor();
      const left = await stage.redis.zcard("dead");
      expect(left).toBeGreaterThan(0);
      await hands.press(control(page, "To the list"));

      await page.waitForURL("**/morgue");
      await eventually(async () => expect(await stage.redis.zcard("dead")).toBe(left));
      await hands.press(page.locator("#news").getByRole("link", { name: "Details" }).first());
      await page.waitForURL("**/bulk/*");
      expect(complaints).toEqual([]);
    });
  });
});
