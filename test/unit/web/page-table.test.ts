/** The table of pages that the browser suite looks at. */
import { createWeb } from "tsq/web";
import { expect, test } from "vitest";
import { NO_PAGES, PAGES, SAME_PAGES } from "../../support/browser/page-table.ts";
import { cronTab } from "../../support/inside-tsq.ts";
import { ROUTES } from "../../support/inside-web.ts";

test("every page of the dashboard is looked at in a browser", () => {
  const cron = cronTab().routes ?? [];
  const all = [...ROUTES, ...cron.map(({ method, path }) => ({ method, path: `/cron${path}` }))];
  const routes = all.filter(({ method }) => method === "GET").map(({ path }) => path);
  const rows = PAGES.map(({ route }) => route);

  const isElsewhere = (path: string) => NO_PAGES.includes(path) || SAME_PAGES.some((same) => same.test(path));
  expect(routes.filter((path) => !rows.includes(path) && !isElsewhere(path))).toEqual([]);
  expect(rows.filter((route) => !routes.includes(route))).toEqual([]);
});

test("every page has a name of its own", () => {
  const names = PAGES.map(({ name }) => name);

  expect(new Set(names).size).toBe(names.length);
});

test("no tab takes the place of a page of the dashboard's own", () => {
  const own = new Set(ROUTES.map(({ path }) => path.split("/")[1] ?? "").filter((segment) => segment !== ""));

  for (const segment of own) {
    const tab = { name: "mine", path: `/${segment}`, label: "Mine", routes: [] };
    expect(() => createWeb({ tabs: [tab] }), segment).toThrow("that the dashboard has no page at");
  }
});
