/** Busy, with a worker that runs. */
import { defineJob } from "tsq";
import { expect, onTestFinished, test } from "vitest";
import { describeInChromium } from "../support/browser/chromium.ts";
import { keyboard } from "../support/browser/hands.ts";
import { look } from "../support/browser/look.ts";
import { jidsIn, jobText, setStage } from "../support/browser/stage.ts";
import { eventually } from "../support/eventually.ts";
import { gate } from "../support/gate.ts";
import { startTsq } from "../support/tsq-worker.ts";

describeInChromium("a worker", () => {
  const stage = setStage();

  test("shows what it runs, and is quieted by mouse and stopped by keyboard", async () => {
    const { opened, open } = gate();
    onTestFinished(open);
    const worker = await startTsq({
      redis: stage.server.url,
      queues: ["low"],
      jobs: [defineJob("HardJob", () => opened)],
    });
    onTestFinished(() => worker.stop());
    await stage.redis.lpush("queue:low", jobText("a"));
    await using looked = await look(stage.browser);
    const { page, complaints } = looked;
    await page.goto(`${stage.dashboard.url}/busy`);

    // Shown by its next beat, and by the next look of the page.
    await page.locator("#runs", { hasText: "HardJob" }).waitFor({ timeout: 60_000 });
    await page.getByRole("button", { name: /^Quiet .*:/ }).click();
    await page.locator("main > .flash", { hasText: "takes no more jobs" }).waitFor();
    await page.locator("#procs .state", { hasText: "Quiet" }).waitFor({ timeout: 60_000 });
    await stage.redis.lpush("queue:low", jobText("b"));

    const hands = keyboard(page);
    await hands.press(page.getByRole("link", { name: /^Stop .*:/ }));
    await hands.press(page.getByRole("dialog").getByRole("button", { name: "Stop" }));
    await page.locator("main > .flash", { hasText: "stops from its next beat" }).waitFor();
    open();
    await eventually(async () => expect(await stage.redis.sismember("processes", worker.identity)).toBe(0));
    await page.locator("h1", { hasText: "No process is up" }).waitFor({ timeout: 60_000 });
    // Who is quiet takes no more.
    expect(await jidsIn(stage.redis, "queue:low")).toContain("b");
    expect(complaints).toEqual([]);
  });
});
