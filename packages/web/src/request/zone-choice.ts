/** The time zone that a browser keeps in its cookie: one that was chosen, or `auto`, its own. */
import { UTC } from "../words/time-zone.ts";
import type { TimeZone, TimeZones } from "../words/time-zone.ts";

export const ZONE_COOKIE = "tsq_zone";

/** A choice. */
export interface ZoneChoice {
  /** UTC for who has chosen none, or one that nobody knows. */
  readonly zone: TimeZone;
  /** Of `auto`: the name that the browser's script has told, empty as long as it has not. */
  readonly auto: string | undefined;
}

const AUTO = /^auto(?::(.*))?$/;

/** What a cookie says. */
export const zoneChoiceOf = (cookie: string | undefined, zones: TimeZones): ZoneChoice => {
  const [isAuto, told = ""] = AUTO.exec(cookie ?? "") ?? [];
  const zone = zones.named(isAuto === undefined ? (cookie ?? "") : told) ?? UTC;
  return { zone, auto: isAuto === undefined ? undefined : told };
};

/** The cookie of what a form has sent, empty of UTC; undefined where nobody knows the zone. */
export const zoneCookieOf = (form: URLSearchParams, zones: TimeZones): string | undefined => {
  const wanted = (form.get("zone") ?? "").trim();
  if (wanted === "auto") {
    const told = form.get("browser") ?? "";
    return zones.named(told) ? `auto:${told}` : "auto";
  }
  const zone = zones.named(wanted);
  return zone === UTC ? "" : zone?.name;
};
