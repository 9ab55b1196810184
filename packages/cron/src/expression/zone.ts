/** A time zone: how far its clocks are from UTC, and when that changes. */
import { nearest } from "@tsq/core/protocol";
import { CronError } from "../cron-error.ts";
import { quoted } from "./quoted.ts";

/** A time through which the clocks of a zone stay as far from UTC as they are. */
export interface Stretch {
  /** Milliseconds since 1970; the first is in it, the second is not. */
  readonly from: number;
  readonly to: number;
  /** What a clock on the wall shows is UTC plus this, in milliseconds. */
  readonly offset: number;
}

export interface Zone {
  readonly name: string;
  /** The stretch, or a part of it, that this instant is in. */
  stretchAt(ms: number): Stretch;
}

const OFFSET = /^(?<sign>[-+])(?<hours>\d\d):?(?<minutes>\d\d)$/;

// et-orbi knows offsets up to 11 hours.
const FURTHEST_HOURS = 11;

const known = new Map<string, Zone>();

/**
 * The zone of a name as fugit takes it: one of the tz database, or an offset such as `+02:00`.
 * The zones are shared, as what they have found out serves every entry of a schedule.
 *
 * @throws CronError when there is no such zone
 */
export const zoneNamed = (name: string): Zone => {
  const zone = known.get(name) ?? makeZone(name);
  known.set(name, zone);
  return zone;
};

/** Whether there is such a zone. */
export const isZone = (name: string): boolean => {
  if (known.has(name)) return true;
  const groups = OFFSET.exec(name)?.groups;
  return groups ? Number(groups["hours"]) <= FURTHEST_HOURS : formatOf(name) !== undefined;
};

const makeZone = (name: string): Zone => {
  const groups = OFFSET.exec(name)?.groups;
  if (groups) {
    const hours = Number(groups["hours"]);
    if (hours > FURTHEST_HOURS) throw unknownZone(name);
    const ms = (hours * 60 + Number(groups["minutes"])) * 60_000;
    return new FixedZone(name, groups["sign"] === "-" ? -ms : ms);
  }
  if (/^(?:Etc\/)?(?:UTC|UCT|Zulu|Universal|GMT)$/.test(name)) return new FixedZone(name, 0);
  return new NamedZone(name);
};

class FixedZone implements Zone {
  readonly name: string;
  readonly #always: Stretch;
  constructor(name: string, offset: number) {
    this.name = name;
    this.#always = { from: -Infinity, to: Infinity, offset };
  }
  stretchAt(): Stretch {
    return this.#always;
  }
}

const WINDOW_MS = 32 * 86_400_000;
// Of the zones since 1970 none has gone back within four days of a change.
const PROBE_MS = 4 * 86_400_000;
// 40 years: a search goes through more of them only once.
const MOST_WINDOWS = 480;

class NamedZone implements Zone {
  readonly name: string;
  readonly #format: Intl.DateTimeFormat;
  readonly #windows = new Map<number, readonly Stretch[]>();
  #last: Stretch = { from: 0, to: 0, offset: 0 };
  constructor(name: string) {
    const format = formatOf(name);
    if (!format) throw unknownZone(name);
    this.name = name;
    this.#format = format;
  }

  stretchAt(ms: number): Stretch {
    const last = this.#last;
    if (last.from <= ms && ms < last.to) return last;
    const window = Math.floor(ms / WINDOW_MS);
    let stretches = this.#windows.get(window);
    if (!stretches) {
      stretches = this.#stretchesFrom(window * WINDOW_MS);
      if (this.#windows.size >= MOST_WINDOWS) this.#windows.clear();
      this.#windows.set(window, stretches);
    }
    const found = stretches.find(({ to }) => ms < to);
    if (!found) throw new Error(`Expected a stretch of ${this.name} at ${ms}`);
    this.#last = found;
    return found;
  }

  #stretchesFrom(start: number): readonly Stretch[] {
    const stretches: Stretch[] = [];
    let from = start;
    let offset = this.#offsetAt(start);
    for (let probe = start + PROBE_MS; probe <= start + WINDOW_MS; probe += PROBE_MS) {
      const next = this.#offsetAt(probe);
      if (next === offset) continue;
      const change = this.#changeBetween(probe - PROBE_MS, probe);
      if (change > from) stretches.push({ from, to: change, offset });
      from = change;
      offset = next;
    }
    if (from < start + WINDOW_MS) stretches.push({ from, to: start + WINDOW_MS, offset });
    return stretches;
  }

  /** The first second with another offset than the earlier of these two has. */
  #changeBetween(earlier: number, later: number): number {
    const before = this.#offsetAt(earlier);
    let [low, high] = [earlier, later];
    while (high - low > 1_000) {
      const middle = Math.floor((low + high) / 2_000) * 1_000;
      if (this.#offsetAt(middle) === before) low = middle;
      else high = middle;
    }
    return high;
  }

  #offsetAt(ms: number): number {
    const parts: Record<string, number> = {};
    for (const { type, value } of this.#format.formatToParts(ms)) parts[type] = Number(value);
    const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
    return Date.UTC(year, month - 1, day, hour, minute, second) - ms;
  }
}

const AREAS =
  /^(?:Africa|America|Antarctica|Arctic|Asia|Atlantic|Australia|Brazil|Canada|Chile|Etc|Europe|Indian|Mexico|Pacific|US)\//;

// Every name of the tz database without an area. ICU knows more, such as JST and PST, which Ruby does not.
const WITHOUT_AREA = new Set(
  (
    "CET CST6CDT Cuba EET EST EST5EDT Egypt Eire GB GB-Eire GMT GMT+0 GMT-0 GMT0 Greenwich HST Hongkong Iceland Iran Israel " +
    "Jamaica Japan Kwajalein Libya MET MST MST7MDT NZ NZ-CHAT Navajo PRC PST8PDT Poland Portugal ROC ROK Singapore Turkey " +
    "UCT UTC Universal W-SU WET Zulu"
  ).split(" "),
);

/** Undefined where Ruby knows no such zone. */
const formatOf = (name: string): Intl.DateTimeFormat | undefined => {
  const format = AREAS.test(name) || WITHOUT_AREA.has(name) ? tryFormat(name) : undefined;
  if (!format) return undefined;
  // Intl takes a name in any case, Ruby does not.
  const { timeZone } = format.resolvedOptions();
  return timeZone !== name && timeZone.toLowerCase() === name.toLowerCase() ? undefined : format;
};

const tryFormat = (timeZone: string): Intl.DateTimeFormat | undefined => {
  try {
    return new Intl.DateTimeFormat("en-US", {
      timeZone,
      hourCycle: "h23",
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
      second: "numeric",
    });
  } catch {
    return undefined;
  }
};

// What people write who think of their zone by its letters.
const LETTERS: Readonly<Record<string, string>> = {
  BST: "Europe/London",
  CDT: "America/Chicago",
  CEST: "Europe/Paris",
  CST: "America/Chicago",
  EDT: "America/New_York",
  IST: "Asia/Kolkata",
  JST: "Asia/Tokyo",
  KST: "Asia/Seoul",
  MDT: "America/Denver",
  PDT: "America/Los_Angeles",
  PST: "America/Los_Angeles",
  Z: "UTC",
};

const LONGEST_NAME = 50;

const unknownZone = (name: string): CronError => {
  // Of a long text nothing is near, and to see that takes seconds.
  const isShort = name.length <= LONGEST_NAME;
  const meant = LETTERS[name] ?? (isShort ? nearest(name, Intl.supportedValuesOf("timeZone")) : undefined);
  return new CronError(
    `Expected a time zone of the tz database or an offset up to 11 hours, got ${quoted(name)}. ` +
      `Write ${meant === undefined ? "one such as `Europe/Paris` or `+02:00`" : `\`${meant}\``}.`,
  );
};
