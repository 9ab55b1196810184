/** Which classes the chart of metrics shows. */
import { expect, test } from "vitest";
import { metricsPage } from "../../support/inside-web.ts";
import { frameOf } from "../../support/web-frame.ts";
import { report } from "../../support/web-pages.ts";

const shown = (own: Partial<Parameters<typeof metricsPage>[0]>) => {
  const page = metricsPage({ report, period: "8h", chosen: [], ...own }, frameOf());
  return { body: String(page.body), aside: String(page.aside) };
};
const legendOf = (body: string) =>
  [...(/<ul class="legend">.*?<\/ul>/s.exec(body)?.[0] ?? "").matchAll(/<i><\/i>(?:<bdi>)?([^<]+)/g)].map(
    ([, name]) => name,
  );
const tickedIn = (body: string) =>
  [...body.matchAll(/name="class" value="([^"]+)" checked/g)].map(([, name]) => name);

test("shows the five busiest and the rest where nobody has chosen", () => {
  const { body } = shown({});

  expect(legendOf(body)).toHaveLength(6);
  expect(legendOf(body).at(-1)).toBe("All others");
  expect(tickedIn(body)).toHaveLength(5);
});

test("shows those that were ticked and no others, and keeps them for another period", () => {
  const { body, aside } = shown({ chosen: ["A", "Images::ThumbnailJob", "Gone"], substr: "a" });

  expect(legendOf(body).toSorted()).toEqual(["A", "ThumbnailJob"]);
  expect(tickedIn(body)).toEqual(["Images::ThumbnailJob", "A"]);
  expect(aside).toContain("/metrics?period=72h&amp;substr=a&amp;class=A&amp;class=Images%3A%3AThumbnailJob");
  expect(body).toContain('<input type="hidden" name="period" value="8h">');
  expect(body).toContain("The five busiest");
});

test("shows the busiest where nothing of what was chosen ran", () => {
  expect(tickedIn(shown({ chosen: ["Gone"] }).body)).toHaveLength(5);
});

test("says of a Sidekiq that is too old why nothing is there", () => {
  const none = { report: { ...report, jobs: [] } };

  expect(shown({ ...none, hasOld: true }).body).toContain("from version 7 on");
  expect(shown(none).body).toContain("Workers write down once a minute");
});

test("the trends leave out the minute that goes on, in which little has happened yet", () => {
  const isLast = ({ at }: { readonly at: Date }) => at.getTime() > report.endsAt.getTime() - 60_000;
  const jobs = report.jobs.map((job) => ({ ...job, points: job.points.filter((point) => !isLast(point)) }));
  const trendsOf = (body: string) =>
    [...body.matchAll(/<svg class="spark.*?class="stroke" d="([^"]+)"/g)].map(([, line]) => line);

  const trends = trendsOf(shown({}).body);

  expect(trends).toHaveLength(6);
  expect(trendsOf(shown({ report: { ...report, jobs } }).body)).toEqual(trends);
});
