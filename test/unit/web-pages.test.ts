import { describe, expect, test } from "vitest";
import { bucketsOf, layout, percentile, Words } from "../support/inside-web.ts";
import { frameOf } from "../support/web-frame.ts";
import { PAGES } from "../support/web-pages.ts";

const frame = frameOf();
const pages = Object.entries(PAGES(frame)).map(
  ([path, page]) => [path, String(layout(page, frameOf({ path })))] as const,
);

describe("each page", () => {
  test.for(pages)("%s lets nothing from Redis be markup, and hides nothing of it", ([, text]) => {
    expect(text).not.toContain("<img");
    expect(text).not.toContain("\u202e");
    expect(text).not.toMatch(/ style=| on\w+="|undefined|NaN|\[object/);
  });

  test.for(pages)("%s names each element once", ([, text]) => {
    const ids = [...text.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id);

    expect(ids).toEqual([...new Set(ids)]);
  });

  test.for(pages)("%s sends the token with each form that changes something", ([, text]) => {
    const forms = [...text.matchAll(/<form method="post"[^>]*>(.{0,60})/g)];

    for (const [, begin] of forms) expect(begin).toContain('name="authenticity_token"');
  });
});

test("a viewer sees every action, and can do none", () => {
  const viewer = frameOf({ user: { name: "ana", role: "viewer" }, may: () => false });

  for (const page of Object.values(PAGES(viewer))) {
    const enabled = [...String(page.body).matchAll(/<button class="btn[^>]*>/g)].filter(
      ([tag]) => !tag.includes("disabled"),
    );
    // The box that narrows a list changes nothing, and the question was answered by the server before it was asked.
    expect(enabled.filter(([tag]) => !/class="btn(?: main)?">/.test(tag))).toEqual([]);
  }
});

test("percentiles come out of a histogram, and none out of an empty one", () => {
  const histogram = [0, 100, ...Array.from({ length: 24 }, () => 0)];

  expect(percentile(histogram, 0.5)).toBe(25);
  expect(percentile([], 0.5)).toBeUndefined();
});

test("a period has a bucket for each minute, whether anything ran or not", () => {
  const startsAt = new Date(Date.UTC(2026, 0, 1, 12));
  const buckets = bucketsOf(
    { startsAt, endsAt: new Date(startsAt.getTime() + 59 * 60_000), bucketMinutes: 1, deploys: [] },
    new Words(),
  );

  expect(buckets.labels).toHaveLength(60);
  expect(buckets.ticks).toEqual(["12:00", "12:15", "12:30", "12:44", "12:59"]);
});
