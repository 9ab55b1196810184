import { expect, test } from "vitest";
import { html, layout, pageTag, Words } from "../../support/inside-web.ts";
import { frameOf } from "../../support/web-frame.ts";

const NOW = Date.UTC(2026, 10, 27, 14, 32, 8);
const tagOf = (count: number, nowMs: number, agoMs = 90_000): string => {
  const at = new Words().time(new Date(NOW - agoMs), nowMs);
  const page = { title: "T", heading: html`${count} jobs`, body: html`<p id="x" data-live>${at}</p>` };
  return pageTag(layout(page, frameOf({ nowMs })).toString());
};

test("a page in which only time has passed is the same", () => {
  expect(tagOf(3, NOW)).toBe(tagOf(3, NOW + 3_600_000));
});

test("a page that shows something else is another one", () => {
  expect(tagOf(3, NOW)).not.toBe(tagOf(4, NOW));
  expect(tagOf(3, NOW)).not.toBe(tagOf(3, NOW, 91_000));
});
