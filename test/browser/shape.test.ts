/** What stays together on a page, however much there is to do. */
import { expect, test } from "vitest";
import { describeInChromium } from "../support/browser/chromium.ts";
import { look } from "../support/browser/look.ts";
import { addJobs, setStage } from "../support/browser/stage.ts";

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
});
