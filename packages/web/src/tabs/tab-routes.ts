/** The routes of tabs as the dashboard's router knows them. */
import type { Route } from "../route.ts";
import { accessOf, TabVisit } from "./tab-visit.ts";
import type { Tab, TabRoute } from "./tab.ts";

/** All of them, below the paths of their tabs. */
export const routesOf = (tabs: readonly Tab[]): readonly Route[] =>
  tabs.flatMap((tab) => (tab.routes ?? []).map((route) => routeOf(tab, route)));

const routeOf = (tab: Tab, { method, path, action, subject, answer }: TabRoute): Route => {
  const parts = {
    path: tab.path + path,
    ...(subject && { subject }),
    answer: (visit: Parameters<Route["answer"]>[0]) => answer(new TabVisit(visit, tab)),
  };
  if (action !== undefined) return { ...parts, method, access: accessOf(tab, action) };
  // One that changes something has been refused where tabs are read.
  if (method === "POST") throw new Error(`POST ${parts.path} names no action.`);
  return { ...parts, method };
};
