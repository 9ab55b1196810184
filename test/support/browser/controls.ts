/** What can be pressed on a page, by what it does: two buttons of two rows that do the same are one. */
import type { Locator, Page } from "playwright-core";
import { cronTab } from "../inside-tsq.ts";
import { Router, ROUTES } from "../inside-web.ts";

/** A button, a form or a link that asks first. */
export interface Control {
  /** Where it stands: the route of its page, `frame` around all of them, or `question`, wherever that is asked. */
  readonly place: string;
  /** What it does: `POST /retries/all/retry`, `GET /search`, or the name that the script knows it by. */
  readonly does: string;
}

/** As the browser has it. */
interface Found {
  readonly place: "page" | "frame" | "question";
  readonly method: string;
  readonly path: string;
  /** Of its own and of the fields that nobody sees. */
  readonly names: readonly (readonly [name: string, value: string])[];
}

/** In words, as it is told when nobody presses it. */
export const toldOf = ({ place, does }: Control): string => `${place}: ${does}`;

/** Everything that can be pressed on the pages of these addresses, without a look of the browser at each. */
export const controlsOf = async (page: Page, urls: readonly string[]): Promise<readonly Control[]> => {
  const all = new Map<string, Control>();
  for (const url of urls) {
    const answer = await fetch(url);
    const html = await answer.text();
    const found = (await page.evaluate(`(${ALL_OF})(${JSON.stringify(html)})`)) as readonly Found[];
    for (const one of found) {
      const control = controlOf(one, new URL(answer.url).pathname);
      all.set(toldOf(control), control);
    }
  }
  return [...all.values()];
};

/** What this is, before it is pressed; undefined of a link that leads on, and does nothing. */
export const controlAt = async (target: Locator): Promise<Control | undefined> => {
  // In the page, whose types these are not.
  const found = (await target.evaluate(oneIn)) as Found | undefined;
  // A question that is the answer to a form has the address of the form.
  const at = new URL(target.page().url()).pathname.replace(/\/enque$/, "/enqueue");
  return found && controlOf(found, at);
};

// What a form only carries: of whom it speaks is said by its path, or is data.
const CARRIED = new Set(
  "authenticity_token browser id q_is as_of up_to newest ahead expected most key key[] from told entries period".split(
    " ",
  ),
);

const controlOf = ({ place, method, path, names }: Found, at: string): Control => {
  const where = place === "page" ? routeOf("GET", at) : place;
  if (method === "script") return { place: where, does: path };
  const verbs = names
    .filter(([name]) => name !== "" && !CARRIED.has(name) && (name !== "q" || method === "GET"))
    .map(([name, value]) => (name === "active_job" ? `${name}=${value}` : name));
  const { pathname } = new URL(path, "http://dashboard.test");
  return { place: where, does: [method, routeOf(method, pathname), ...verbs].join(" ") };
};

const CRON = (cronTab().routes ?? []).map(({ method, path }) => ({ method, path: `/cron${path}` }));
const ROUTER = new Router([...ROUTES, ...CRON]);

const routeOf = (method: string, path: string): string => {
  const found = ROUTER.find(method, path);
  return typeof found === "object" ? found.route.path : `nowhere ${path}`;
};

/** Of an element. What leads to another place or is only shut is none; neither is what may not be done. */
const ONE = `(e) => {
  const place = e.closest("dialog, #confirm") ? "question" : e.closest("main, #main") ? "page" : "frame";
  if (e.matches("a[data-close]")) return { place, method: "script", path: "close", names: [] };
  if (e.matches("a")) return e.matches("[data-dialog]") ? { place, method: "GET", path: e.getAttribute("href"), names: [] } : undefined;
  if (e.disabled && e.title) return undefined;
  const form = e.matches("form") ? e : e.form;
  if (!form || (e.type === "button")) return { place, method: "script", path: Object.keys(e.dataset).join(), names: [] };
  const method = (form.getAttribute("method") ?? "get").toUpperCase();
  // What is looked for is typed or chosen; what is done is not.
  const fields = form.querySelectorAll(method === "GET" ? "input, select" : "input[type=hidden]");
  const hidden = [...new Set([...fields].map((field) => field.name))].filter(Boolean).map((name) => [name, form.elements[name].value]);
  return {
    place,
    method,
    path: e.getAttribute("formaction") ?? form.getAttribute("action"),
    names: [...(e.name ? [[e.name, e.value]] : []), ...hidden],
  };
}`;

// A text that is asked of an element is not handed the element.
// oxlint-disable-next-line typescript/no-implied-eval
const oneIn = new Function("e", `return (${ONE})(e)`) as (e: unknown) => unknown;

const ALL_OF = `(html) => {
  const page = new DOMParser().parseFromString(html, "text/html");
  const forms = [...page.querySelectorAll("form")].filter((form) => !form.querySelector("button"));
  return [...page.querySelectorAll("button, a[data-dialog], a[data-close]"), ...forms].map(${ONE}).filter((one) => one !== undefined);
}`;
