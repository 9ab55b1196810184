/** A form of the dashboard, as somebody sends it who has looked at the page that it is on. */
import { eventually } from "./eventually.ts";
import { EN } from "./inside-web.ts";
import type { Served } from "./dashboard.ts";
import { BULK, LOW, QUERY } from "./doors.ts";
import type { Answer, Between, Door, QueueVerb } from "./doors.ts";

const PATHS = {
  retry: "/retries",
  scheduled: "/scheduled",
  dead: "/morgue",
  queue: `/queues/${LOW}`,
  running: "/busy",
} as const;

export const dashboardDoor =
  (dashboard: Served): Door =>
  async (wish, between) => {
    if ("queue" in wish) return ofQueue(dashboard, wish, between);
    if ("identity" in wish)
      return formOf(dashboard, "/busy", { [wish.verb]: "1", identity: wish.identity }, "/busy", between);
    if ("entry" in wish) {
      const [path, segment] = [`/cron/${wish.entry}`, wish.verb === "run" ? "enque" : wish.verb];
      return formOf(dashboard, `${path}/${segment}`, {}, path, between);
    }
    const { place, jid } = wish;
    const verb = wish.verb === "retry" && place === "scheduled" ? "add_to_queue" : wish.verb;
    const to = verb === "move" ? { to: BULK } : {};
    if (jid === undefined) {
      const path = `${PATHS[place]}/all/${verb}`;
      const { text, status } = await dashboard.get(`${path}?q=${QUERY}`);
      if (status === 404) return undefined;
      await between(textOf(text));
      return answerOf(dashboard, path, { ...hiddenIn(text), ...typedIn(text, wish.types), ...to });
    }
    if (place === "queue" && (verb === "delete" || verb === "move"))
      return formOf(dashboard, `${PATHS.queue}/${verb}`, { "key[]": jid, ...to }, PATHS.queue, between);
    if (place === "queue" || place === "running" || verb === "cancel")
      return formOf(dashboard, `/jobs/${jid}`, { [verb]: "1" }, `/jobs/${jid}`, between);
    const { text } = await dashboard.get(PATHS[place]);
    const key = new RegExp(`value="([^"]*-${jid})"`).exec(text)?.[1] ?? `0-${jid}`;
    await between("");
    return answerOf(dashboard, `${PATHS[place]}/${key}`, { [verb]: "1", ...to });
  };

const ofQueue = async (
  dashboard: Served,
  { verb, queue, types }: { readonly verb: QueueVerb; readonly queue: string; readonly types?: string },
  between: Between,
): Promise<Answer> => {
  const path = `/queues/${queue}`;
  if (verb !== "clear")
    return formOf(dashboard, path, verb === "pause" ? { pause: "1" } : { unpause: "1" }, "/queues", between);
  const { text } = await dashboard.get(`${path}/confirm`);
  await between(textOf(text));
  return answerOf(dashboard, path, { ...hiddenIn(text), ...typedIn(text, types) });
};

type Form = Readonly<Record<string, string>>;

/** @param seen the page that it is looked at on */
const formOf = async (
  dashboard: Served,
  path: string,
  form: Form,
  seen: string,
  between: Between,
): Promise<Answer> => {
  await dashboard.get(seen);
  await between("");
  return answerOf(dashboard, path, form);
};

/** The field that a slip must not fill by itself. */
const typedIn = (text: string, types: string | undefined): Form => {
  const wanted = / name="typed" pattern="(\d+)"/.exec(text)?.[1];
  return wanted === undefined ? {} : { typed: types ?? wanted };
};

const hiddenIn = (text: string): Form =>
  Object.fromEntries(
    [...text.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)"/g)]
      .map(
        ([, name = "", value = ""]) =>
          [name, value.replaceAll("&#x3a;", ":").replaceAll("&amp;", "&")] as const,
      )
      .filter(([name]) => name !== "authenticity_token" && name !== "theme"),
  );

/** A page is what a browser wants, also of what went wrong. */
const BROWSER = { "sec-fetch-site": "same-origin", accept: "text/html" };

const answerOf = async (dashboard: Served, path: string, form: Form): Promise<Answer> => {
  const { status, text, location = "", headers } = await dashboard.post(path, form, BROWSER);
  const flash = headers.getSetCookie().find((cookie) => cookie.startsWith("tsq_flash="));
  const said = decodeURIComponent(/^tsq_flash=([^;]*)/.exec(flash ?? "")?.[1] ?? "");
  if (status >= 400) return { ended: "wrong", says: textOf(text) };
  // Work that has not ended as it should has a page of its own.
  if (!location.startsWith("/bulk/")) return { ended: "well", says: said };
  // Beside other work it may not have ended when it was asked for.
  const page = await eventually(
    async () => {
      const seen = (await dashboard.get(location)).text;
      if (seen.includes(EN["bulk.state.running"])) throw new Error(`Expected work to end: ${textOf(seen)}`);
      return seen;
    },
    { everyMs: 100 },
  );
  if (page.includes(EN["bulk.state.done"])) return { ended: "well", says: "" };
  return { ended: "wrong", says: textOf(page) };
};

/** Of the page without what is around it. */
const textOf = (page: string): string =>
  (/<main[^>]*>([\s\S]*)<\/main>/.exec(page)?.[1] ?? page)
    .replaceAll(/<[^>]*>/g, " ")
    .replaceAll("&#39;", "'");
