/** What a browser remembers of how somebody likes the pages. */
import { THEME_COOKIE } from "../frame/frame-of.ts";
import type { Route } from "../route.ts";

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

export const PREFERENCE_ROUTES: readonly Route[] = [preferences];
