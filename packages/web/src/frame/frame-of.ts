/** What is around a page, for whoever looks at it. */
import { VERSION } from "@tsq/core/config";
import type { ApiConnection } from "@tsq/core/api";
import { html } from "../html/html.ts";
import type { Frame, Page, Theme } from "../layout/frame.ts";
import { layout } from "../layout/layout.ts";
import { redisAwayPage } from "../pages/redis-away.ts";
import { ASSET_PATHS } from "../routes/assets.ts";
import type { Visit } from "../visit.ts";
import { Words } from "../words/words.ts";

export const THEME_COOKIE = "tsq_theme";

const WORDS = new Words();

/** Reads what the frame shows. */
const frameOf = async (visit: Visit, isAway = false): Promise<Frame> => {
  const [now, reasons] = await Promise.all([
    isAway ? undefined : visit.services.summary.now(),
    visit.permissions.reasons(),
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
    words: WORDS,
    csrf: visit.token(),
    isReadOnly: visit.services.readOnly,
    may: (action) => reasons[action] === undefined,
    tabs: [],
    nowMs: Date.now(),
    version: VERSION,
    server: serverOf(visit.api),
    ...(said !== undefined && { flash: html`${said}` }),
  };
};

/** A page in its frame. */
export const answerPage = async (visit: Visit, pageOf: (frame: Frame) => Page): Promise<Response> => {
  const frame = await frameOf(visit);
  return new Response(layout(pageOf(frame), frame).toString(), {
    headers: { "content-type": "text/html; charset=utf-8" },
  });
};

/** The page that is there while Redis is not. */
export const answerAway = async (visit: Visit, problem: string): Promise<Response> => {
  const frame = await frameOf(visit, true);
  return new Response(layout(redisAwayPage({ problem }, frame), frame).toString(), {
    status: 503,
    headers: { "content-type": "text/html; charset=utf-8", "retry-after": "5" },
  });
};

const themeOf = (cookie: string | undefined): Theme =>
  cookie === "light" || cookie === "dark" ? cookie : "system";

/** Without user and password. */
const serverOf = (api: ApiConnection): string => {
  const { host = "localhost", port = 6379, db = 0, path } = api.redis.options;
  return path ?? `${host}:${port}/${db}`;
};
