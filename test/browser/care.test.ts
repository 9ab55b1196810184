/** Who presses twice, goes back, or is late, loses no job and doubles none. */
import type { Page } from "playwright-core";
import { beforeEach, describe, expect, test } from "vitest";
import { describeInChromium } from "../support/browser/chromium.ts";
import { look } from "../support/browser/look.ts";
import { addJobs, jidsIn, jobText, setStage } from "../support/browser/stage.ts";
import { eventually } from "../support/eventually.ts";

const all = async (page: Page, verb: string, question: string, presses: number): Promise<void> => {
  await page.getByRole("link", { name: verb }).click();
  const button = page.getByRole("button", { name: question, exact: true });
  await button.waitFor();
  await button.click({ clickCount: presses, noWaitAfter: true });
};

describeInChromium("jobs", () => {
  const stage = setStage();
  const jobs = async () => ({
    retry: await jidsIn(stage.redis, "retry"),
    low: (await jidsIn(stage.redis, "queue:low")).toSorted((one, other) => one.localeCompare(other)),
    dead: (await jidsIn(stage.redis, "dead")).toSorted((one, other) => one.localeCompare(other)),
  });
  beforeEach(() => addJobs(stage.redis, "retry", "abc"));

  describe.each(["on", "off"])("with the script %s", (script) => {
    const open = () => look(stage.browser, { hasScript: script === "on" });

    test.each([
      ["Retry", { retry: ["b", "c"], low: ["a"], dead: [] }],
      ["Kill", { retry: ["b", "c"], low: [], dead: ["a"] }],
    ])("that are ticked move once when %s is pressed three times", async (verb, left) => {
      await using looked = await open();
      const { page } = looked;
      await page.goto(`${stage.dashboard.url}/retries`);
      await page.locator('[value$="-a"]').check();

      await page.getByRole("button", { name: verb, exact: true }).click({ clickCount: 3, noWaitAfter: true });

      await page.locator("main > .flash").waitFor();
      await eventually(async () => expect(await jobs()).toEqual(left));
    });

    test("all move once when the answer to the question is pressed three times", async () => {
      await using looked = await open();
      const { page } = looked;
      await page.goto(`${stage.dashboard.url}/retries`);

      await all(page, "Retry all…", "Retry 3 jobs", 3);

      await eventually(async () =>
        expect(await jobs()).toEqual({ retry: [], low: ["a", "b", "c"], dead: [] }),
      );
      // No more comes of it. Where the presses lead to may come between.
      await eventually(() => page.goto(`${stage.dashboard.url}/retries`));
      expect(await jobs()).toEqual({ retry: [], low: ["a", "b", "c"], dead: [] });
    });

    test("are as they were when one goes back after a form, and asks for the page anew", async () => {
      await using looked = await open();
      const { page, complaints } = looked;
      await page.goto(`${stage.dashboard.url}/morgue`);
      await page.goto(`${stage.dashboard.url}/retries`);
      await page.locator('[value$="-a"]').check();
      await page.getByRole("button", { name: "Retry", exact: true }).click();
      await page.locator("main > .flash").waitFor();

      await page.goBack();
      await page.reload();
      await page.goForward();
      await page.reload();

      expect(await jobs()).toEqual({ retry: ["b", "c"], low: ["a"], dead: [] });
      expect(complaints).toEqual([]);
    });

    test("that have gone meanwhile are told as gone, and those of the same page move", async () => {
      await using looked = await open();
      const { page } = looked;
      await page.goto(`${stage.dashboard.url}/retries`);
      await page.locator('[value$="-a"]').check();
      await page.locator('[value$="-b"]').check();
      await stage.redis.zremrangebyrank("retry", 0, 0);

      await page.getByRole("button", { name: "Delete", exact: true }).click();

      await page.locator("main > .flash", { hasText: "gone already" }).waitFor();
      expect(await jobs()).toEqual({ retry: ["c"], low: [], dead: [] });
    });

    test("of a queue are cleared once: those that come later stay", async () => {
      await using looked = await open();
      const { page } = looked;
      await stage.redis.sadd("queues", "low");
      await stage.redis.lpush("queue:low", jobText("x"));
      await page.goto(`${stage.dashboard.url}/queues/low`);

      await all(page, "Clear…", "Delete 1 job", 1);

      await page.locator("main > .flash").waitFor();
      await stage.redis.lpush("queue:low", jobText("y"));
      await page.goBack();
      await page.reload();
      expect(await jidsIn(stage.redis, "queue:low")).toEqual(["y"]);
    });
  });

  test("are asked about once when their question is pressed for three times", async () => {
    await using looked = await look(stage.browser);
    const { page } = looked;
    await page.goto(`${stage.dashboard.url}/retries`);
    const answered: string[] = [];
    page.on("requestfinished", (request) => {
      if (request.url().endsWith("/retries/all/kill")) answered.push(request.url());
    });

    await page.getByRole("link", { name: "Kill all…" }).click({ clickCount: 3, noWaitAfter: true });

    await eventually(() => expect(answered).toHaveLength(3));
    const question = page.getByRole("dialog");
    await question.first().waitFor();
    expect(await question.count()).toBe(1);
  });
});
