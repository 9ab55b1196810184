/** A person at a page: by mouse, or by keyboard alone. */
import type { Locator, Page } from "playwright-core";
import { isAllAsked } from "./chromium.ts";

/** What one does to a page. */
export interface Hands {
  /** Presses a button, or follows a link; a question that it leads to is there afterwards. */
  press(target: Locator): Promise<void>;
  /** Ticks a box. */
  tick(target: Locator): Promise<void>;
  /** Writes into a field, instead of what stands there. */
  write(target: Locator, text: string): Promise<void>;
  /** Chooses one of several buttons of which one alone can be on. */
  choose(target: Locator): Promise<void>;
  /** Chooses from a list that opens. */
  select(target: Locator, option: string): Promise<void>;
}

/** Whose hands, and whether scripts run. */
export type Way = readonly [way: string, handsOf: (page: Page) => Hands, hasScript: boolean];

// What is pressed next stands on the question, and a button of the same name may stand below it.
const untilAsked = async (target: Locator, press: () => Promise<void>): Promise<void> => {
  const asks = (await target.getAttribute("data-dialog")) !== null;
  await press();
  if (asks) await target.page().locator("dialog[open], #confirm").waitFor();
};

/** By mouse, which also brings a field its keyboard. */
export const mouse = (): Hands => ({
  press: (target) => untilAsked(target, () => target.click()),
  tick: (target) => target.click(),
  write: async (target, text) => {
    await target.click();
    await target.fill(text);
  },
  choose: (target) => target.click(),
  // What opens belongs to the system, and has no place on the page.
  select: async (target, option) => void (await target.selectOption(option)),
});

// More than any page of these tests has places to stop at.
const MOST_STOPS = 150;

/** By keyboard: to the target with Tab, from wherever the focus is, as who has no mouse comes there. */
export const keyboard = (page: Page): Hands => {
  const reach = async (target: Locator): Promise<void> => {
    await target.waitFor();
    for (let stops = 0; stops < MOST_STOPS; stops++) {
      if ((await target.and(page.locator(":focus")).count()) > 0) return;
      await page.keyboard.press("Tab");
    }
    throw new Error(`Expected Tab to come to ${String(target)} within ${MOST_STOPS} stops.`);
  };
  return {
    press: (target) =>
      untilAsked(target, async () => {
        await reach(target);
        await page.keyboard.press("Enter");
      }),
    tick: async (target) => {
      await reach(target);
      await page.keyboard.press("Space");
    },
    write: async (target, text) => {
      await reach(target);
      await page.keyboard.press("Control+A");
      await page.keyboard.insertText(text);
    },
    choose: async (target) => {
      // Tab comes to the one that is on, and arrows go on from there.
      await target.waitFor();
      const name = await target.getAttribute("name");
      await reach(target.page().locator(`input[name="${name}"]:checked`));
      for (let stops = 0; stops < MOST_STOPS; stops++) {
        if (await target.isChecked()) return;
        await page.keyboard.press("ArrowDown");
      }
      throw new Error(`Expected arrows to come to ${String(target)} within ${MOST_STOPS} stops.`);
    },
    select: async (target, option) => {
      await reach(target);
      // Its first letters, as they are typed.
      await page.keyboard.type(option);
    },
  };
};

/** By mouse and by keyboard, and with the script and without: the two other pairs are those of TSQ_BROWSER=all. */
export const WAYS: readonly Way[] = [
  ["mouse", mouse, true],
  ["keyboard", keyboard, false],
  ...(isAllAsked()
    ? ([
        ["keyboard", keyboard, true],
        ["mouse", mouse, false],
      ] satisfies Way[])
    : []),
];

/** A button or a link of the page, or of the dialog that is open. */
export const control = (page: Page, name: string): Locator =>
  place(page)
    .getByRole("button", { name, exact: true })
    .or(place(page).getByRole("link", { name, exact: true }));

/** A field, by its label. */
export const field = (page: Page, name: string): Locator => place(page).getByLabel(name, { exact: true });

const place = (page: Page): Locator => page.locator("dialog[open], body:not(:has(dialog[open])) main");
