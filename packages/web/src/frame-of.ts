/** What is around a page, for whoever looks at it. */
import { ClaimUnknownError, VERSION } from "@tsq/core/config";
import type { ApiConnection } from "@tsq/core/api";
import { ownText } from "./html/html.ts";
import type { Frame, Page, Theme } from "./layout/frame.ts";
import { layout } from "./layout/layout.ts";
import { answerLive } from "./live/page-tag.ts";
import { answerIn } from "./redis/is-away.ts";
import { redisAwayPage } from "./pages/redis-away.ts";
import { refusalPage } from "./pages/refusal.ts";
import { tooManyPage } from "./pages/too-many.ts";
import { ASSET_PATHS } from "./routes/assets.ts";
import type { Reason } from "./security/permissions.ts";
import type { Role } from "./security/roles.ts";
import type { Visit } from "./visit.ts";

export const THEME_COOKIE = "tsq_theme";

/** The actions of a tab by their names, and the least role that may do each. */
type Roles = Readonly<Record<string, Role>>;

/** Reads what the frame shows. */
const frameOf = async (
  visit: Visit,
  roles: Roles,
  isAway = false,
  reading: Promise<ReadonlyMap<string, Reason>> = reasonsOf(visit, roles),
): Promise<Frame> => {
  const [now, reasons, tabs, isReplica] = await Promise.all([
    isAway ? undefined : visit.services.summary.now(),
    reading,
    visit.services.tabs.links(visit.words, isAway),
    isAway ? false : visit.services.isReplica.now(),
  ]);
  const said = visit.takeFlash();
  return {
    to: visit.to,
    assets: Object.fromEntries(Object.entries(ASSET_PATHS).map(([name, path]) => [name, visit.to(path)])),
    counts: now && {
      busy: now.workers,
      enqueued: now.enqueued,
      retries: now.retries,
      scheduled: now.scheduled,
      dead: now.dead,
    },
    hot: now && now.dead > 0 ? ["/morgue"] : [],
    user: visit.user,
    path: visit.path,
    theme: themeOf(visit.cookie(THEME_COOKIE)),
    words: visit.words,
    languages: visit.services.languages.all(),
    autoZone: visit.autoZone,
    csrf: visit.token(),
    isReadOnly: visit.services.readOnly,
    isReplica,
    needsReason: visit.services.requireReason,
    // Of an action that nobody has named it is not known that it may be done.
    may: (action) => reasons.has(action) && reasons.get(action) === undefined,
    roles,
    tabs,
    // That page has a box of its own.
    search: visit.path === "/search" ? undefined : { path: "/search", text: "" },
    nowMs: Date.now(),
    version: VERSION,
    server: serverOf(visit.api),
    ...(said !== undefined && { flash: ownText(said) }),
  };
};

/** Why each action may not be done, by its name; undefined of those that may. */
const reasonsOf = async (visit: Visit, roles: Roles): Promise<ReadonlyMap<string, Reason>> => {
  const { permissions } = visit;
  const [own, ofTab] = await Promise.all([
    permissions.reasons(),
    Promise.all(
      Object.entries(roles).map(
        async ([action, least]) => [action, await permissions.whyNot(least, action)] as const,
      ),
    ),
  ]);
  return new Map([...Object.entries(own), ...ofTab]);
};

/** A page in its frame; `roles` has the actions that a tab brings. */
export const answerPage = async (
  visit: Visit,
  pageOf: (frame: Frame) => Page,
  roles: Roles = {},
  isAway = false,
): Promise<Response> => {
  const frame = await frameOf(visit, roles, isAway);
  const text = layout(pageOf(frame), frame).toString();
  return answerLive(text, visit.request, { "content-type": "text/html; charset=utf-8" });
};

/** A page with another status than 200, such as of a form that is asked for again; without one it is the usual answer. */
export const answerPageAs = async (
  status: number | undefined,
  visit: Visit,
  pageOf: (frame: Frame) => Page,
): Promise<Response> => {
  const page = await answerPage(visit, pageOf);
  return status === undefined ? page : new Response(page.body, { status, headers: page.headers });
};

/** The page for whoever has asked too often: it asks Redis nothing, nor `authorize`, and has no buttons. */
export const answerTooMany = async (visit: Visit, seconds: number): Promise<Response> => {
  const frame = await frameOf(visit, {}, true, Promise.resolve(new Map()));
  return new Response(layout(tooManyPage({ seconds }, frame), frame).toString(), {
    status: 429,
    headers: { "content-type": "text/html; charset=utf-8", "retry-after": String(seconds) },
  });
};

/** What belongs to a refusal, and not to the text that it was: its length, say, or its encoding. */
const OF_REFUSALS = ["allow", "cache-control", "retry-after", "set-cookie", "vary"];

const valuesOf = (headers: Headers, name: string): readonly string[] =>
  name === "set-cookie" ? headers.getSetCookie() : [headers.get(name) ?? []].flat();

/** A refusal that is a line of text, as a page: it asks Redis nothing, nor `authorize`, and has no buttons. */
export const answerRefusal = async (visit: Visit, said: Response): Promise<Response> => {
  const text = (await said.text()).trim();
  const frame = await frameOf(visit, {}, true, Promise.resolve(new Map()));
  const page = refusalPage(
    { text, ...(visit.request.method === "POST" && { back: visit.cameFrom("/") }) },
    frame,
  );
  const headers = new Headers({ "content-type": "text/html; charset=utf-8" });
  for (const header of OF_REFUSALS)
    for (const value of valuesOf(said.headers, header)) headers.append(header, value);
  return new Response(layout(page, frame).toString(), { status: said.status, headers });
};

/**
 * The page that is there while Redis is not.
 *
 * @param isSent whether a change can have reached it
 */
export const answerAway = async (visit: Visit, error: Error, isSent: boolean): Promise<Response> => {
  const frame = await frameOf(visit, {}, true);
  const view = {
    problem: visit.api.whyFailed(error),
    isAnswer: answerIn(error) !== undefined,
    isUnknown: error instanceof ClaimUnknownError,
    isSent,
    ...(visit.request.method === "POST" && { back: visit.cameFrom("/") }),
  };
  return new Response(layout(redisAwayPage(view, frame), frame).toString(), {
    status: 503,
    headers: { "content-type": "text/html; charset=utf-8", "retry-after": "5" },
  });
};

const themeOf = (cookie: string | undefined): Theme =>
  cookie === "light" || cookie === "dark" ? cookie : "system";

/** Without user and password. */
const serverOf = (api: ApiConnection): string => {
  const { host = "localhost", port = 6379, db = 0, path, sentinels, name } = api.redis.options;
  // Which of them is the master, they say to the connection alone.
  if (sentinels && sentinels.length > 0) return `Sentinel ${name}`;
  return path ?? `${host}:${port}/${db}`;
};
