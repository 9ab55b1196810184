/** Shortcuts, ticks and preferences. */
import type { Page } from "playwright-core";
import { beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { describeInChromium } from "../support/browser/chromium.ts";
import { look } from "../support/browser/look.ts";
import { addJobs, setStage } from "../support/browser/stage.ts";
import { eventually } from "../support/eventually.ts";
import { TcpProxy } from "../support/proxy.ts";

const ticked = (page: Page) =>
  page.evaluate(
    `[...document.querySelectorAll("tbody :checked")].map((box) => box.value.split("-").at(-1)).join("")`,
  );
const focused = (page: Page) =>
  page.evaluate(`document.activeElement.querySelector("[type=checkbox]")?.value.split("-").at(-1)`);
const box = (page: Page, jid: string) => page.locator(`tbody [value$="-${jid}"]`);
const path = (page: Page) => new URL(page.url()).pathname;

describeInChromium("a page", () => {
  const stage = setStage();
  beforeEach(() => addJobs(stage.redis, "retry", "abcdefg"));

  test("tells its keys on ?, and closes them on Escape", async () => {
    await using looked = await look(stage.browser);
    const { page, complaints } = looked;
    await page.goto(`${stage.dashboard.url}/retries`);

    await page.keyboard.press("?");

    const dialog = page.getByRole("dialog", { name: "Keys" });
    await dialog.waitFor();
    for (const key of ["/", "j k", "x", "Enter", ".", "\\", "?", "g d", "g q", "g m"]) {
      expect(await dialog.locator("kbd", { hasText: key }).count(), key).toBeGreaterThan(0);
    }
    await page.keyboard.press("Escape");
    await eventually(async () => expect(await dialog.count()).toBe(0));
    expect(complaints).toEqual([]);
  });

  test("goes to every page of the navigation by g and a letter", async () => {
    await using looked = await look(stage.browser);
    const { page } = looked;
    await page.goto(`${stage.dashboard.url}/retries`);
    const goes = (await page.evaluate(
      `[...document.querySelectorAll(".nav [data-go]")].map((a) => [a.dataset.go, a.pathname])`,
    )) as [string, string][];

    expect(goes.length).toBeGreaterThan(6);
    for (const [key, to] of goes) {
      await page.keyboard.press("g");
      await page.keyboard.press(key);
      await eventually(() => expect(path(page)).toBe(to));
      await page.waitForLoadState();
    }
  });

  test("goes through its rows by j and k, ticks one by x and opens one by Enter", async () => {
    await using looked = await look(stage.browser);
    const { page } = looked;
    await page.goto(`${stage.dashboard.url}/retries`);

    for (const key of ["j", "j", "j", "k"]) await page.keyboard.press(key);
    expect(await focused(page)).toBe("b");
    await page.keyboard.press("x");
    expect(await ticked(page)).toBe("b");
    await page.keyboard.press("Enter");

    await eventually(() => expect(path(page)).toMatch(/-b$/));
  });

  test("writes letters into a field and does nothing else by them", async () => {
    await using looked = await look(stage.browser);
    const { page } = looked;
    await page.goto(`${stage.dashboard.url}/retries`);

    await page.keyboard.press("/");
    await page.keyboard.type("gq?.\\jx/");

    expect(await page.getByRole("searchbox").first().inputValue()).toBe("gq?.\\jx/");
    expect(path(page)).toBe("/retries");
    expect(await page.getByRole("dialog").count()).toBe(0);
  });

  test("has no keys for who has turned them off, but ?", async () => {
    await using looked = await look(stage.browser);
    const { page } = looked;
    await page.goto(`${stage.dashboard.url}/retries`);
    await page.keyboard.press("?");
    await page.getByRole("checkbox", { name: "Keys are on" }).uncheck();
    await page.keyboard.press("Escape");
    await page.reload();

    await page.keyboard.press("j");
    await page.keyboard.press("x");

    expect(await ticked(page)).toBe("");
    await page.keyboard.press("?");
    await page.getByRole("dialog").waitFor();
  });

  test("pauses and goes on by .", async () => {
    await using looked = await look(stage.browser);
    const { page } = looked;
    await page.goto(`${stage.dashboard.url}/retries`);
    const live = page.locator("[data-livetoggle]");

    await page.keyboard.press(".");
    expect(await live.getAttribute("aria-label")).toBe("Paused");
    await page.reload();
    expect(await live.getAttribute("aria-label")).toBe("Paused");

    await page.keyboard.press(".");
    expect(await live.getAttribute("aria-label")).toBe("Live");
  });

  test("ticks a range with Shift, all by the box above, and says how many", async () => {
    await using looked = await look(stage.browser);
    const { page } = looked;
    await page.goto(`${stage.dashboard.url}/retries`);
    const retry = page.getByRole("button", { name: "Retry", exact: true });
    expect(await retry.isDisabled()).toBe(true);

    await box(page, "b").click();
    await box(page, "e").click({ modifiers: ["Shift"] });
    expect(await ticked(page)).toBe("bcde");
    expect(await retry.isDisabled()).toBe(false);
    expect(await page.locator("[data-selected]").textContent()).toContain("4");
    expect(await page.evaluate(`document.querySelector("[data-all]").indeterminate`)).toBe(true);

    await page.locator("[data-all]").click();
    expect(await ticked(page)).toBe("abcdefg");
    await page.locator("[data-all]").click();
    expect(await ticked(page)).toBe("");
    expect(await retry.isDisabled()).toBe(true);
  });

  test.each(["on", "off"])("filters by a text, script %s", async (script) => {
    await using looked = await look(stage.browser, { hasScript: script === "on" });
    const { page } = looked;
    await stage.redis.zadd("retry", 1, `{"class":"OtherJob","args":["needle"],"jid":"n","queue":"low"}`);
    await page.goto(`${stage.dashboard.url}/retries`);

    await page.locator("main").getByRole("searchbox").fill("needle");
    await page.keyboard.press("Enter");

    await page.waitForURL(/[?&]q=needle\b/);
    expect(await page.locator("tr[data-row]").count()).toBe(1);
    await page.getByText("OtherJob").first().waitFor();
  });

  describe.each(["on", "off"])("with the script %s", (script) => {
    test("has the theme that one has chosen, and the next page has it too", async () => {
      await using looked = await look(stage.browser, { hasScript: script === "on" });
      const { page, complaints } = looked;
      await page.goto(`${stage.dashboard.url}/retries`);
      const theme = page.getByRole("button", { name: /^Theme: / });

      const seen = [];
      for (let presses = 0; presses < 3; presses++) {
        // The script tells the server beside the page, which is quiet all the time.
        const told = script === "on" ? page.waitForResponse("**/preferences") : page.waitForEvent("load");
        await theme.click();
        await told;
        await page.goto(`${stage.dashboard.url}/morgue`);
        seen.push(await page.locator("html").getAttribute("data-theme"));
      }

      expect(seen).toEqual(["light", "dark", null]);
      expect(complaints).toEqual([]);
    });
  });

  test("has the theme that one has chosen and left at once, while the server was slow", async () => {
    await using looked = await look(stage.browser);
    const { page } = looked;
    const proxy = await TcpProxy.listen(Number(new URL(stage.dashboard.url).port));
    onTestFinished(() => proxy.stop());
    const url = `http://127.0.0.1:${proxy.port}/retries`;
    await page.goto(url);
    const told = page.waitForRequest("**/preferences");

    proxy.sleep();
    await page.getByRole("button", { name: /^Theme: / }).click();
    await told;
    await page.goto("about:blank");
    proxy.wake();

    await eventually(async () => {
      await page.goto(url);
      expect(await page.locator("html").getAttribute("data-theme")).toBe("light");
    });
  });
});
