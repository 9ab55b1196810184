/** What stays together on a page, however much there is to do. */
import { expect, test } from "vitest";
import { describeInChromium } from "../support/browser/chromium.ts";
import { eventually } from "../support/eventually.ts";
import { fill } from "../support/browser/fill.ts";
import { look } from "../support/browser/look.ts";
import { addJobs, jobText, setStage } from "../support/browser/stage.ts";

/** Of those of fill.ts that are short. */
const LINES_OF_HOSTS = `[...document.querySelectorAll(":is(#runs, #procs) .one > bdi")]
  .filter((name) => /^(worker-1|node-2):/.test(name.textContent))
  .map((name) => Math.round(name.getBoundingClientRect().height / parseFloat(getComputedStyle(name).lineHeight)))`;

/** Those that take more than a line. */
const BROKEN_FIGURES = `[...document.querySelectorAll(".vitals .fig")].flatMap((figure) => {
  const text = document.createRange();
  text.selectNodeContents(figure);
  const isBroken = text.getBoundingClientRect().height > 1.6 * parseFloat(getComputedStyle(figure).fontSize);
  return isBroken ? [figure.textContent] : [];
})`;

describeInChromium("the shape of a page", () => {
  const stage = setStage();

  test("six buttons leave the heading of a job its line", async () => {
    await addJobs(stage.redis, "retry", ["a"]);
    await using looked = await look(stage.browser, { width: 1_280 });
    const { page } = looked;
    await page.goto(`${stage.dashboard.url}/jobs/a`);
    const middle = async (selector: string) => {
      const box = await page.locator(selector).first().boundingBox();
      return (box?.y ?? Number.NaN) + (box?.height ?? Number.NaN) / 2;
    };

    expect(await page.locator(".head .acts > *").count()).toBe(6);
    expect(Math.abs((await middle("h1 .cls")) - (await middle("h1 .state")))).toBeLessThan(10);
    expect(await middle(".head .acts")).toBeGreaterThan(await middle(".head p:last-child"));
  });

  test("numbers that the script writes have the digits of the page's language", async () => {
    await addJobs(stage.redis, "retry", ["a", "b"]);
    await using looked = await look(stage.browser);
    const { page } = looked;
    await page.goto(`${stage.dashboard.url}/retries`);
    await page.locator('select[name="locale"]').selectOption("fa");
    await page.locator('form[action$="/change_locale"] button').click();
    await page.waitForSelector('html[lang="fa"]');

    await page.getByRole("checkbox").nth(1).check();

    expect(await page.locator("[data-selected]").textContent()).toMatch(/^۱ /);
  });

  test("a list that was empty is there when the first has come", async () => {
    await using looked = await look(stage.browser);
    const { page } = looked;
    await page.goto(`${stage.dashboard.url}/retries`);
    await page.getByText("No job waits for a retry").first().waitFor();

    await addJobs(stage.redis, "retry", ["a"]);

    await page.locator("tr[data-row]").waitFor();
    expect(await page.getByText("No job waits for a retry").count()).toBe(0);
  });

  test("a row of a list has one line of arguments, and all of them where they are pressed", async () => {
    const args = Array.from({ length: 12 }, (_, i) => `gid://shop/Payment/${i}`);
    await stage.redis.zadd("retry", 1_999_999_999, jobText("a", { args, retry_count: 1 }));
    await using looked = await look(stage.browser, { width: 1_280 });
    const { page } = looked;
    await page.goto(`${stage.dashboard.url}/retries`);
    const summary = page.locator("tr[data-row] .args summary");

    expect((await summary.boundingBox())?.height).toBeLessThan(30);
    await summary.click();
    expect(await page.locator("tr[data-row] .args pre").textContent()).toContain("Payment/11");
  });

  test("the figures of a queue stay in their line, in five columns as in two", async () => {
    const enqueuedAt = Date.now() / 1_000 - 4 * 60 - 11;
    await stage.redis.sadd("queues", "low");
    await stage.redis.lpush("queue:low", jobText("a", { enqueued_at: enqueuedAt }));
    await using looked = await look(stage.browser);
    const { page } = looked;
    for (const width of [390, 1_280, 1_900]) {
      await page.setViewportSize({ width, height: 900 });
      await page.goto(`${stage.dashboard.url}/queues/low`);
      const broken = await page.evaluate(BROKEN_FIGURES);
      expect([width, broken]).toEqual([width, []]);
    }
  });

  test("a question is no wider than an eye can follow", async () => {
    await addJobs(stage.redis, "retry", ["a"]);
    await using looked = await look(stage.browser, { width: 2_560 });
    const { page } = looked;

    await page.goto(`${stage.dashboard.url}/retries/all/retry`);

    expect((await page.locator("#confirm").boundingBox())?.width).toBeLessThan(760);
  });

  test("a host is not broken at its hyphen on Busy where there is room", async () => {
    await fill(stage.redis);
    await using looked = await look(stage.browser, { width: 1_280 });
    const { page } = looked;

    // The fleet is read once in two seconds for all who look: this may still be the one of the test before.
    const lines = await eventually(async () => {
      await page.goto(`${stage.dashboard.url}/busy`);
      const now = (await page.evaluate(LINES_OF_HOSTS)) as number[];
      expect(now.length).toBeGreaterThan(3);
      return now;
    });
    expect(new Set(lines)).toEqual(new Set([1]));
  });
});
