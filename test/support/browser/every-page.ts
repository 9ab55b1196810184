/**
 * Every page in a theme: by the rules of accessibility, in silence, in windows of every width, and with nothing alive of
 * what lies in Redis. TSQ_SCREENSHOTS=FOLDER keeps a picture of each, at 1280 and at 390 pixels; TSQ_BROWSER=all looks at the
 * dark ones in windows of every width, too.
 */
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { describeInChromium, isAllAsked, startChromium } from "./chromium.ts";
import { disorderOf, livingOf, look, overflowOf, violationsOf } from "./look.ts";
import { PAGES } from "./page-table.ts";
import { startScenes } from "./scenes.ts";
import type { Scenes } from "./scenes.ts";

type Theme = "light" | "dark";

const WIDTHS = [320, 390, 768, 1_000, 1_280, 1_900, 2_560];
const LOOKED_AT = [390, 1_280];
const HEIGHT = 900;

// A theme changes colours, and no place: in the dark one a page is looked at in one window, unless all is asked for.
const widthsIn = (theme: Theme): readonly number[] => (theme === "light" || isAllAsked() ? WIDTHS : [1_280]);

const folder = process.env["TSQ_SCREENSHOTS"];

/** A file for each theme, so that two of them run at the same time. */
export const lookAtPages = (theme: Theme): void =>
  describeInChromium(`pages, ${theme}`, () => {
    let browser: Browser;
    let scenes: Scenes;
    beforeAll(async () => {
      [browser, scenes] = await Promise.all([startChromium(), startScenes()]);
    });
    afterAll(async () => {
      await browser.close();
      await scenes[Symbol.asyncDispose]();
    });

    test.for(PAGES.map((row) => [row.name, row] as const))("%s", async ([name, row]) => {
      await using looked = await look(browser, { theme });
      const { page, complaints } = looked;
      const answer = await page.goto(scenes.urlOf(row));

      const status = row.status ?? (row.scene === "away" ? 503 : 200);
      expect(answer?.status()).toBe(status);
      const found = [];
      for (const width of widthsIn(theme)) {
        await page.setViewportSize({ width, height: HEIGHT });
        found.push(...(await overflowOf(page)).map((problem) => `${width} px wide: ${problem}`));
        found.push(...(await disorderOf(page)).map((problem) => `${width} px wide: ${problem}`));
        if (!LOOKED_AT.includes(width)) continue;
        found.push(...(await violationsOf(page)).map((problem) => `${width} px wide: ${problem}`));
      }
      found.push(...(await livingOf(page)));

      // The browser itself says of a 404 or 503 that it is one.
      const silence = complaints.filter((text) => status === 200 || !text.includes(`status of ${status}`));
      // After all else: to take a picture is to put a style into the page, of which its policy complains.
      for (const width of folder === undefined ? [] : LOOKED_AT) {
        await page.setViewportSize({ width, height: HEIGHT });
        await picture(page, `${name}-${theme}-${width}.png`);
      }
      expect(found).toEqual([]);
      expect(silence).toEqual([]);
    });
  });

const picture = (page: Page, name: string) =>
  page.screenshot({ path: join(folder ?? "", name), fullPage: true, animations: "disabled" });
