/** A person at a page: by mouse, or by keyboard alone. */
import type { Locator, Page } from "playwright-core";

/** What one does to a page. */
export interface Hands {
  /** Presses a button, or follows a link. */
  press(target: Locator): Promise<void>;
  /** Ticks a box. */
  tick(target: Locator): Promise<void>;
  /** Writes into a field. */
  write(target: Locator, text: string): Promise<void>;
}

/** By mouse, which also brings a field its keyboard. */
export const mouse = (): Hands => ({
  press: (target) => target.click(),
  tick: (target) => target.click(),
  write: async (target, text) => {
    await target.click();
    await target.fill(text);
  },
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
    press: async (target) => {
      await reach(target);
      await page.keyboard.press("Enter");
    },
    tick: async (target) => {
      await reach(target);
      await page.keyboard.press("Space");
    },
    write: async (target, text) => {
      await reach(target);
      await page.keyboard.insertText(text);
    },
  };
};
