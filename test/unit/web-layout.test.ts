import { expect, test } from "vitest";
import { html, layout, Words } from "../support/inside-web.ts";
import { frameOf } from "../support/web-frame.ts";

const page = { title: "Busy", heading: "61 of 80 slots are busy", body: html`<p>body</p>` };

test("the navigation carries the counts, and says where one is", () => {
  const text = String(layout(page, frameOf({ path: "/retries", hot: ["/morgue"] })));

  expect(text).toContain('<a href="/sidekiq/retries" aria-current="page"');
  expect(text).toContain('<span class="n">486</span>');
  expect(text).toContain('<span class="n hot">4,318</span>');
});

test("the page of a job belongs to the list that it is in", () => {
  expect(String(layout(page, frameOf({ path: "/morgue/1-abc" })))).toContain(
    '<a href="/sidekiq/morgue" aria-current="page"',
  );
});

test("nothing is shown of what is not there", () => {
  const text = String(layout(page, frameOf({ counts: undefined, user: undefined })));

  expect(text).not.toMatch(/class="n[" ]|role="search"|class="env|undefined|null/);
});

test("a tab's label is only text", () => {
  const text = String(layout(page, frameOf({ tabs: [{ label: "<b>Cron", path: "/cron", count: 7 }] })));

  expect(text).toContain('<bdi>&lt;b&gt;Cron</bdi><span class="n">7</span>');
});

test("nothing is inline: a strict policy lets no script and no style pass", () => {
  const text = String(layout(page, frameOf({ flash: html`Done`, theme: "dark", environment: "production" })));

  expect(text).not.toMatch(/ style=| on\w+=|<style|javascript:|<script(?! type="module" src=)/);
  expect(text).toContain('<html lang="en" data-theme="dark">');
});

test("a language from right to left says so", () => {
  expect(String(layout(page, frameOf({ words: new Words("ar", {}) })))).toContain(
    '<html lang="ar" dir="rtl">',
  );
});

test("a page that stands alone has no navigation", () => {
  const text = String(layout({ ...page, isAlone: true }, frameOf()));

  expect(text).not.toContain("<nav");
  expect(text).toContain('<body class="alone"');
});
