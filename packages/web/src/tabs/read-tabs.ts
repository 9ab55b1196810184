/** Tabs as somebody has given them, checked: a mistake is told when the dashboard is made, and not by a page. */
import { notAsExpected, refuseUnknown } from "@tsq/core/config";
import type { Kind, Place } from "@tsq/core/config";
import { ROLES } from "../security/roles.ts";
import { localeTables } from "../words/read-locales.ts";
import type { PhraseTables, Tab, TabRoute } from "./tab.ts";

/** With its phrases, wherever they were. */
export interface ReadTab extends Tab {
  readonly words: PhraseTables;
}

const NAME = /^[a-z][a-z\d-]*$/;
const PATH = /^(?:\/[\w.~-]+)+$/;
const ROUTE = /^\/(?::?[\w.~-]+(?:\/:?[\w.~-]+)*)?$/;

/** The first segments of the dashboard's own paths. */
const OWN = new Set(
  "assets audit bulk busy change_locale dashboard ended errors findings health jobs limits metrics morgue preferences profiles queues retries scheduled search stats".split(
    " ",
  ),
);

const FIELDS = ["name", "path", "label", "routes", "actions", "count", "words", "jobRows"];
const ROUTE_FIELDS = ["method", "path", "action", "subject", "answer"];

/** A list of tabs. */
export const tabList = (): Kind<readonly ReadTab[]> => ({
  takes: "array of `{ name, path, label, routes, actions, count, words, jobRows }`",
  read: (value, place) => {
    if (!Array.isArray(value)) throw notAsExpected(place, "a list of tabs", value, "Put it into brackets.");
    const tabs = value.map((tab: unknown, i) => readTab(tab, { ...place, name: `${place.name}[${i}]` }));
    for (const [i, { name, path }] of tabs.entries()) {
      const other = tabs.slice(0, i).find((one) => one.name === name || one.path === path);
      if (other)
        throw notAsExpected(
          { ...place, name: `${place.name}[${i}]` },
          "a tab with a name and a path that no other has",
          `${name} at ${path}`,
          "Take another.",
        );
    }
    return tabs;
  },
});

const readTab = (value: unknown, place: Place): ReadTab => {
  // Checked below, field by field.
  const tab = refuseUnknown(`\`${place.name}\``, value, FIELDS) as Partial<Tab>;
  const refuse = (expected: string, got: unknown, remedy: string) =>
    notAsExpected(place, expected, got, remedy);
  if (typeof tab.name !== "string" || !NAME.test(tab.name))
    throw refuse(
      "a tab with a name of lowercase letters, digits and `-`",
      tab.name,
      'Write `{ name: "billing", path: "/billing" }`.',
    );
  if (typeof tab.path !== "string" || !PATH.test(tab.path))
    throw refuse(
      "a tab with a path within the dashboard",
      tab.path,
      `Write it with a slash in front: \`"/${tab.name}"\`.`,
    );
  if (OWN.has(tab.path.split("/")[1] ?? ""))
    throw refuse("a tab with a path that the dashboard has no page at", tab.path, "Take another.");
  for (const [action, role] of Object.entries(tab.actions ?? {}))
    if (!ROLES.includes(role))
      throw refuse(
        `a role for the action \`${action}\``,
        role,
        "It is `viewer`, `operator` or `admin`: the least that may do it.",
      );
  for (const route of tab.routes ?? []) {
    refuseUnknown(`a route of \`${place.name}\``, route, ROUTE_FIELDS);
    checkRoute(route, tab.actions ?? {}, refuse);
  }
  if (tab.jobRows !== undefined && typeof tab.jobRows !== "function")
    throw refuse(
      "a function as `jobRows`",
      tab.jobRows,
      "Write `jobRows: (job, visit) => [{ title, value }]`.",
    );
  const words = localeTables().read(tab.words ?? {}, { ...place, name: `${place.name}.words` });
  return { ...tab, name: tab.name, path: tab.path, words };
};

const checkRoute = (
  { method, path, action, answer }: TabRoute,
  actions: NonNullable<Tab["actions"]>,
  refuse: (expected: string, got: unknown, remedy: string) => Error,
): void => {
  if (method !== "GET" && method !== "POST")
    throw refuse("a route with the method `GET` or `POST`", method, "A form of a page sends no other.");
  if (typeof path !== "string" || !ROUTE.test(path))
    throw refuse(
      "a route with a path below that of its tab",
      path,
      "Write `/` for the tab itself, or `/:name`.",
    );
  if (typeof answer !== "function")
    throw refuse(`a function that answers \`${path}\``, answer, "Give it as `answer`.");
  if (action !== undefined && !Object.hasOwn(actions, action))
    throw refuse(
      `an action of the tab for \`${path}\``,
      action,
      `Add it to \`actions\` with a role: \`${action}: "operator"\`.`,
    );
  if (method === "POST" && action === undefined)
    throw refuse(
      `an \`action\` for \`POST ${path}\``,
      action,
      "What changes something needs a role: name one of `actions`.",
    );
};
