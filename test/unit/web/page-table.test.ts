/** The table of pages that the browser suite looks at. */
import { expect, test } from "vitest";
import { NO_PAGES, PAGES } from "../../support/browser/page-table.ts";
import { ROUTES } from "../../support/inside-web.ts";

test("every page of the dashboard is looked at in a browser", () => {
  const routes = ROUTES.filter(({ method }) => method === "GET").map(({ path }) => path);

  expect(
    routes.filter((path) => !PAGES.some(({ route }) => route === path) && !NO_PAGES.includes(path)),
  ).toEqual([]);
  expect(PAGES.map(({ route }) => route).filter((route) => !routes.includes(route))).toEqual([]);
});

test("every page has a name of its own", () => {
  const names = PAGES.map(({ name }) => name);

  expect(new Set(names).size).toBe(names.length);
});
