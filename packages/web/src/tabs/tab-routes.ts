/** The routes of tabs as the dashboard's router knows them. */
import type { Route } from "../route.ts";
import { accessOf, TabVisit } from "./tab-visit.ts";
import type { Tab, TabRoute } from "./tab.ts";

/** All of them, below the paths of their tabs. */
export const routesOf = (tabs: readonly Tab[]): readonly Route[] =>
  tabs.flatMap((tab) => (tab.routes ?? []).map((route) => routeOf(tab, route)));

const routeOf = (tab: Tab, { method, path, action, subject, answer }: TabRoute): Route => ({
  method,
  path: tab.path + path,
  ...(action !== undefined && { access: accessOf(tab, action) }),
  ...(subject && { subject }),
  answer: (visit) => answer(new TabVisit(visit, tab)),
});
