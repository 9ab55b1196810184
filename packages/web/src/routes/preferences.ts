/** What a browser remembers of how somebody likes the pages. */
import { answerPage, THEME_COOKIE } from "../frame-of.ts";
import { preferencesPage } from "../pages/preferences.ts";
import { ZONE_COOKIE, zoneChoiceOf, zoneCookieOf } from "../request/zone-choice.ts";
import type { Route } from "../route.ts";
import { LOCALE_COOKIE } from "../visit.ts";
import type { Visit } from "../visit.ts";
import { zoneNames } from "../words/time-zone.ts";

const YEAR_SECONDS = 31_536_000;
const LONGEST_NAME = 64;

const preferences: Route = {
  method: "POST",
  path: "/preferences",
  // The browser keeps it: nothing of Redis changes.
  action: "look",
  answer: (visit) => {
    if (visit.form.has("zone")) return keepZone(visit);
    const theme = visit.form.get("theme");
    if (theme === "light" || theme === "dark") visit.setCookie(THEME_COOKIE, theme, YEAR_SECONDS);
    else visit.setCookie(THEME_COOKIE, "", 0);
    return visit.done(visit.cameFrom("/"));
  },
};

/** A zone that nobody knows changes nothing. */
const keepZone = (visit: Visit): Response => {
  const { form, words, services } = visit;
  const cookie = zoneCookieOf(form, services.zones);
  const back = visit.cameFrom("/");
  if (cookie === undefined) {
    const name = (form.get("zone") ?? "").slice(0, LONGEST_NAME);
    return visit.done(back, words.text("zone.unknown", { name }));
  }
  visit.setCookie(ZONE_COOKIE, cookie, cookie === "" ? 0 : YEAR_SECONDS);
  const { zone, auto } = zoneChoiceOf(cookie, services.zones);
  return visit.done(
    back,
    auto === "" ? words.text("zone.needs_script") : words.text("zone.chosen", { zone: zone.name }),
  );
};

const choices: Route = {
  method: "GET",
  path: "/preferences",
  answer: (visit) => answerPage(visit, (frame) => preferencesPage(zoneNames(), frame)),
};

/** With the path and field of Sidekiq::Web. A language that is not there changes nothing. */
const changeLocale: Route = {
  method: "POST",
  path: "/change_locale",
  // The browser keeps it: nothing of Redis changes.
  action: "look",
  answer: (visit) => {
    const locale = visit.form.get("locale") ?? "";
    if (visit.services.languages.has(locale)) visit.setCookie(LOCALE_COOKIE, locale, YEAR_SECONDS);
    return visit.done(visit.cameFrom("/"));
  },
};

export const PREFERENCE_ROUTES: readonly Route[] = [choices, preferences, changeLocale];
