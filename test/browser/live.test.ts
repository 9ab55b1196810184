/** A page that is open follows what happens, and takes nothing out of the hands of who uses it. */
import type { Page } from "playwright-core";
import type { User } from "tsq/web";
import { beforeEach, expect, test } from "vitest";
import { describeInChromium } from "../support/browser/chromium.ts";
import { look } from "../support/browser/look.ts";
import { addJobs, jobText, setStage } from "../support/browser/stage.ts";
import { eventually } from "../support/eventually.ts";

/** Makes the page ask at once, as it does when one comes back to it. */
const ask = (page: Page) => page.evaluate(`document.dispatchEvent(new Event("visibilitychange"))`);
const asks = (page: Page): string[] => {
  const urls: string[] = [];
  page.on("request", (request) => {
    if (request.headers()["x-tsq-live"] === "1") urls.push(request.url());
  });
  return urls;
};
const row = (page: Page, jid: string) =>
  page.locator("tr[data-row]").filter({ has: page.locator(`[value$="-${jid}"]`) });
const button = (page: Page) => page.locator("[data-livetoggle]");
const retries = (page: Page) => page.locator('.nav a[href="/retries"] .n');
const MANY = Array.from({ length: 24 }, (_, i) => `j${String(i).padStart(2, "0")}`);

describeInChromium("a page that is open", () => {
  const mira: User = { name: "mira", role: "admin" };
  let user: User | Response | null = mira;
  const stage = setStage({ auth: () => user });
  beforeEach(async () => {
    user = mira;
    await addJobs(stage.redis, "retry", MANY);
  });

  test("shows new numbers by itself", async () => {
    await using looked = await look(stage.browser);
    const { page, complaints } = looked;
    await page.goto(`${stage.dashboard.url}/queues`);
    await stage.redis.zadd("retry", 1, "{}");

    await eventually(async () => expect(await retries(page).textContent()).toBe("25"));

    expect(complaints).toEqual([]);
  });

  test("shows a new row in a list that nobody uses", async () => {
    await using looked = await look(stage.browser);
    const { page } = looked;
    await page.goto(`${stage.dashboard.url}/retries`);
    await addJobs(stage.redis, "retry", ["fresh"]);

    await ask(page);

    await row(page, "fresh").waitFor();
  });

  test("keeps ticks, open details, typed text, focus and scrolling, and offers what is new", async () => {
    await using looked = await look(stage.browser);
    const { page, complaints } = looked;
    await page.goto(`${stage.dashboard.url}/retries`);
    await row(page, "j03").getByRole("checkbox").check();
    await row(page, "j20").locator("summary").click();
    await page.getByRole("searchbox").first().fill("half a wo");
    await page.evaluate("scrollTo(0, 333)");
    await stage.redis.zremrangebyrank("retry", 0, 0);
    await addJobs(stage.redis, "retry", ["fresh", "second"]);

    await ask(page);

    await eventually(async () => expect(await retries(page).textContent()).toBe("25"));
    expect(await row(page, "j03").getByRole("checkbox").isChecked()).toBe(true);
    expect(await row(page, "j20").locator("details").getAttribute("open")).not.toBeNull();
    expect(await page.getByRole("searchbox").first().inputValue()).toBe("half a wo");
    expect(await page.evaluate("document.activeElement.type")).toBe("search");
    expect(await page.evaluate("scrollY")).toBe(333);
    expect(await row(page, "fresh").count()).toBe(0);

    await page.getByRole("button", { name: "The list has changed. Show it" }).click();

    await row(page, "fresh").waitFor();
    expect(await row(page, "j03").getByRole("checkbox").isChecked()).toBe(true);
    expect(await row(page, "j00").count()).toBe(0);
    expect(complaints).toEqual([]);
  });

  test("leaves what is selected alone", async () => {
    await using looked = await look(stage.browser);
    const { page } = looked;
    await page.goto(`${stage.dashboard.url}/retries`);
    await page.evaluate(`getSelection().selectAllChildren(document.querySelector("tr[data-row] .cls"))`);
    await addJobs(stage.redis, "retry", ["fresh"]);

    await ask(page);

    await eventually(async () => expect(await retries(page).textContent()).toBe("25"));
    expect(await page.evaluate("String(getSelection())")).toBe("HardJob");
  });

  test("keeps the focus on a button of a row that is drawn anew", async () => {
    await using looked = await look(stage.browser);
    const { page } = looked;
    await stage.redis.sadd("queues", "low", "high");
    await page.goto(`${stage.dashboard.url}/queues`);
    await page.getByRole("button", { name: "Pause low" }).focus();
    await stage.redis.sadd("paused", "high");

    await ask(page);

    await page.getByRole("button", { name: "Resume high" }).waitFor();
    expect(await page.evaluate(`document.activeElement.getAttribute("aria-label")`)).toBe("Pause low");
  });

  test("asks nothing while it is hidden or paused, and at once when one comes back", async () => {
    await using looked = await look(stage.browser);
    const { page } = looked;
    const asked = asks(page);
    await page.clock.install();
    await page.goto(`${stage.dashboard.url}/retries`);
    await page.evaluate(`Object.defineProperty(document, "hidden", { value: true, configurable: true })`);
    await ask(page);
    await page.clock.runFor("05:00");
    expect(asked).toEqual([]);

    await page.evaluate("delete document.hidden");
    await ask(page);
    await eventually(() => expect(asked).toHaveLength(1));

    await button(page).click();
    expect(await button(page).getAttribute("aria-pressed")).toBe("false");
    await page.clock.runFor("05:00");
    expect(asked).toHaveLength(1);
  });

  test("says of what was to come, and has had its time while it asks for nothing, that it is now", async () => {
    await using looked = await look(stage.browser);
    const { page } = looked;
    await stage.redis.zadd("schedule", Date.now() / 1_000 + 3_600, jobText("due"));
    await page.clock.install();
    await page.goto(`${stage.dashboard.url}/scheduled`);
    const due = page.locator("tr[data-row] time[data-due]").first();
    await due.waitFor();
    await button(page).click();

    await page.clock.fastForward("02:00:00");

    await eventually(async () => expect(await due.textContent()).toBe("now"));
  });

  test("asks ever more seldom while Redis is away, says so, and comes back", async () => {
    await using looked = await look(stage.browser);
    const { page } = looked;
    await page.goto(`${stage.dashboard.url}/retries`);
    await page.clock.install();
    await page.reload();
    // Else it goes on beside what is run here, and a busy machine is late.
    await page.clock.pauseAt(Date.now() + 1_000);
    const asked = asks(page);
    stage.proxy.refuse();
    // It says so, and sets its next look, in the same moment.
    const answered = async (count: number) => {
      await eventually(() => expect(asked).toHaveLength(count));
      await eventually(async () =>
        expect(await button(page).getAttribute("aria-label")).toBe("Redis does not answer"),
      );
      await page.evaluate(`document.querySelector("[data-livetoggle]").setAttribute("aria-label", "")`);
    };
    await ask(page);
    await answered(1);

    for (const [i, seconds] of [10, 20, 40].entries()) {
      await page.clock.runFor((seconds - 1) * 1_000);
      expect(asked).toHaveLength(i + 1);
      await page.clock.runFor(1_500);
      await answered(i + 2);
    }
    // What was there stays.
    expect(await page.locator("tr[data-row]").count()).toBe(24);

    stage.proxy.accept();
    await eventually(async () => {
      await ask(page);
      expect(await button(page).getAttribute("aria-label")).toBe("Live");
    });
  });

  test("says that Redis hangs, and comes back", async () => {
    await using looked = await look(stage.browser);
    const { page } = looked;
    await page.goto(`${stage.dashboard.url}/retries`);
    stage.proxy.sleep();

    await ask(page);

    await eventually(async () => expect(await button(page).getAttribute("class")).toContain("off"));
    stage.proxy.wake();
    await eventually(async () => {
      await ask(page);
      expect(await button(page).getAttribute("aria-label")).toBe("Live");
    });
  });

  test.each([
    ["is led to a login", () => Response.redirect("http://127.0.0.1:1/login", 302)],
    ["is nobody any more", () => null],
  ])("says that one is signed out who %s", async (_, whom) => {
    await using looked = await look(stage.browser);
    const { page } = looked;
    await page.goto(`${stage.dashboard.url}/retries`);
    user = whom();

    await ask(page);

    await eventually(async () => expect(await button(page).getAttribute("aria-label")).toBe("Signed out"));
    expect(await page.locator("tr[data-row]").count()).toBe(24);
  });

  test("says that the job of a page has moved on", async () => {
    await using looked = await look(stage.browser);
    const { page, complaints } = looked;
    await page.goto(`${stage.dashboard.url}/retries`);
    await row(page, "j07").getByRole("link").first().click();
    await page.getByRole("button", { name: "Retry now" }).waitFor();
    await stage.redis.del("retry");

    await ask(page);

    await eventually(async () =>
      expect(await button(page).getAttribute("aria-label")).toBe("This job has moved on"),
    );
    expect(await page.locator("h1").textContent()).toContain("HardJob");
    expect(complaints).toEqual([]);
  });
});
