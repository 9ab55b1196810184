/** What a browser remembers of how somebody likes the pages. */
import { THEME_COOKIE } from "../frame/frame-of.ts";
import type { Route } from "../route.ts";
import { LOCALE_COOKIE } from "../visit.ts";

const YEAR_SECONDS = 31_536_000;

const preferences: Route = {
  method: "POST",
  path: "/preferences",
  answer: (visit) => {
    const theme = visit.form.get("theme");
    if (theme === "light" || theme === "dark") visit.setCookie(THEME_COOKIE, theme, YEAR_SECONDS);
    else visit.setCookie(THEME_COOKIE, "", 0);
    return visit.done(visit.cameFrom("/"));
  },
};

/** With the path and field of Sidekiq::Web. A language that is not there changes nothing. */
const changeLocale: Route = {
  method: "POST",
  path: "/change_locale",
  answer: (visit) => {
    const locale = visit.form.get("locale") ?? "";
    if (visit.services.languages.has(locale)) visit.setCookie(LOCALE_COOKIE, locale, YEAR_SECONDS);
    return visit.done(visit.cameFrom("/"));
  },
};

export const PREFERENCE_ROUTES: readonly Route[] = [preferences, changeLocale];
