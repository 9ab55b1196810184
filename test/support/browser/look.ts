/** One page in Chromium, and everything that went wrong on it: what the console says, what failed to load, what popped up. */
import axe from "axe-core";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";

/** How a page is looked at. */
export interface LookOptions {
  /** @default "light" */
  readonly theme?: "light" | "dark";
  /** In CSS pixels. @default 1280 */
  readonly width?: number;
  /** Whether scripts run. @default true */
  readonly hasScript?: boolean;
}

/** A page that is open. */
export interface Look extends AsyncDisposable {
  readonly page: Page;
  /** In words, in their order. Empty when all is well. */
  readonly complaints: string[];
}

const HEIGHT = 900;
// What takes longer on this machine has not come.
const PATIENCE_MS = 20_000;

/** Opens an empty page with cookies of its own. */
export const look = async (browser: Browser, options: LookOptions = {}): Promise<Look> => {
  const { theme = "light", width = 1_280, hasScript = true } = options;
  const settings: BrowserContextOptions = {
    viewport: { width, height: HEIGHT },
    colorScheme: theme,
    javaScriptEnabled: hasScript,
    reducedMotion: "reduce",
    locale: "en-GB",
  };
  const context = await browser.newContext(settings);
  context.setDefaultTimeout(PATIENCE_MS);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on("console", (message) => complaints.push(`console: ${message.text()}`));
  page.on("pageerror", (error) => complaints.push(`script: ${error.message}`));
  page.on("requestfailed", (request) => {
    // Of a page that was left before its poll was answered.
    if (request.failure()?.errorText !== "net::ERR_ABORTED")
      complaints.push(`request: ${request.url()} ${request.failure()?.errorText}`);
  });
  page.on("dialog", (dialog) => {
    complaints.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  return { page, complaints, [Symbol.asyncDispose]: () => context.close() };
};

/** What axe finds wrong, each as one line. */
export const violationsOf = async (page: Page): Promise<string[]> => {
  // The policy of the page lets a debugger alone do this.
  await page.evaluate(axe.source);
  // In the page, whose types these are not.
  const found = (await page.evaluate(AXE)) as readonly Violation[];
  return found.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id} at ${target.join(" ")}: ${failureSummary ?? ""}`),
  );
};

interface Violation {
  readonly id: string;
  readonly nodes: readonly { readonly target: readonly string[]; readonly failureSummary?: string }[];
}

const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const AXE = `axe.run({ runOnly: ${JSON.stringify(TAGS)}, resultTypes: ["violations"] }).then(({ violations }) =>
  violations.map(({ id, nodes }) => ({ id, nodes: nodes.slice(0, 5).map(({ target, failureSummary }) => ({ target, failureSummary })) })))`;

/** By how many pixels a page is wider than its window, and what reaches beyond it. */
export const overflowOf = async (page: Page): Promise<string[]> =>
  (await page.evaluate(OVERFLOW)) as string[];

const OVERFLOW = `(() => {
  const root = document.documentElement, over = root.scrollWidth - root.clientWidth;
  if (over <= 0) return [];
  const wide = [...document.querySelectorAll("body *")].filter((e) => e.getBoundingClientRect().right > root.clientWidth + 1);
  return [over + " px", ...wide.slice(-3).map((e) => e.tagName + "." + e.className)];
})()`;

/** What lies over its neighbour in a row of a list, and what is broken though it means something in one line alone. */
export const disorderOf = async (page: Page): Promise<string[]> =>
  (await page.evaluate(DISORDER)) as string[];

const DISORDER = `(() => {
  // What can be seen of a text: a name that is cut ends where it is cut.
  const cutBy = (e, r) => {
    const c = e.getBoundingClientRect();
    return { left: Math.max(r.left, c.left), right: Math.min(r.right, c.right), top: Math.max(r.top, c.top), bottom: Math.min(r.bottom, c.bottom) };
  };
  const found = [], inkOf = (cell) => {
    const ink = [], texts = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
      const range = document.createRange();
      range.selectNodeContents(texts.currentNode);
      let rects = [...range.getClientRects()];
      for (let e = texts.currentNode.parentElement; e && e !== cell.parentElement; e = e.parentElement)
        if (getComputedStyle(e).overflow !== "visible") rects = rects.map((r) => cutBy(e, r));
      if (texts.currentNode.parentElement.checkVisibility() && !texts.currentNode.parentElement.closest(".vh")) ink.push(...rects);
    }
    return ink.filter((r) => r.right - r.left > 1 && r.bottom - r.top > 1);
  };
  const isOver = (a, b) => Math.min(a.right, b.right) - Math.max(a.left, b.left) > 2 && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 2;
  for (const row of document.querySelectorAll("table.list tr")) {
    const cells = [...row.cells].map((cell) => [cell, inkOf(cell)]);
    for (const [i, [one, ink]] of cells.entries()) for (const [other, more] of cells.slice(i + 1))
      if (ink.some((a) => more.some((b) => isOver(a, b)))) found.push("in " + row.id.slice(0, 20) + " " + one.className + " lies over " + other.className);
  }
  for (const e of document.querySelectorAll(".abs, .expr")) {
    const lines = new Set([...e.getClientRects()].map((r) => Math.round(r.top)));
    if (lines.size > 1) found.push("broken: " + e.textContent);
  }
  return [...new Set(found)];
})()`;

/** What of Redis' text has become something else than text: elements, handlers, addresses, and signs that cannot be seen; and markup of ours that is read as text. */
export const livingOf = async (page: Page): Promise<string[]> => (await page.evaluate(LIVING)) as string[];

const LIVING = `(() => {
  const found = [...document.querySelectorAll("img, iframe, object, embed, script:not([src]), style, [style], base, [autofocus]")].map((e) => e.outerHTML.slice(0, 80));
  for (const e of document.querySelectorAll("*")) for (const { name, value } of e.attributes) {
    if (name.startsWith("on")) found.push(name + "=" + value.slice(0, 40));
    if (/<\\/?(bdi|wbr|code|small|span|b)\\b/.test(value)) found.push("markup in " + name + "=" + value.slice(0, 80));
    if (/^(href|src|action|formaction)$/.test(name) && /^\\s*(javascript|data):/i.test(value)) found.push(name + "=" + value.slice(0, 40));
  }
  // What a form gives back is exact, and stands in its fields alone.
  const body = document.body.cloneNode(true);
  for (const e of body.querySelectorAll("input, option, button")) e.removeAttribute("value");
  const text = document.title + body.innerHTML;
  for (const sign of text.match(/[\\u0000-\\u0008\\u000b-\\u001f\\u007f-\\u009f\\u200b-\\u200f\\u202a-\\u202e\\u2060-\\u2069\\ufeff]/g) ?? []) found.push("U+" + sign.charCodeAt(0).toString(16));
  return found;
})()`;
