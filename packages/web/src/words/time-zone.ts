/** The clocks by which a browser is shown times, and by which what is typed there is understood. */
import { writtenTimeOf } from "@tsq/core/config";

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;
// Clocks change at whole quarters of an hour.
const QUARTER_MS = 900_000;

/** A time as somebody wrote it, without a zone. */
export interface TypedTime {
  readonly ms: number;
  /**
   * How many instants show it. `none`: the clocks skip it, and `ms` is later by as much as they skip. `two`: they show it twice,
   * and `ms` is the first.
   */
  readonly instants: "one" | "none" | "two";
}

/** One zone of the tz database, by Intl. */
export class TimeZone {
  /** `UTC`, `Europe/Berlin` */
  readonly name: string;
  readonly #format: Intl.DateTimeFormat | undefined;
  #quarter = Number.NaN;
  #offsetMs = 0;

  /** @throws RangeError when Intl knows no such zone */
  constructor(name: string) {
    // Most look at UTC, and it needs no asking: what Intl loads for it takes a while.
    if (name === "UTC") {
      this.name = name;
      this.#format = undefined;
      return;
    }
    const format = new Intl.DateTimeFormat("en-US", {
      timeZone: name,
      calendar: "gregory",
      numberingSystem: "latn",
      hourCycle: "h23",
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
      second: "numeric",
    });
    const known = format.resolvedOptions().timeZone;
    this.name = /^(?:Etc\/)?(?:UTC|UCT|GMT|Universal|Zulu|Greenwich)$/i.test(known) ? "UTC" : known;
    this.#format = this.name === "UTC" ? undefined : format;
  }

  /** How far its clocks are ahead of UTC at an instant. */
  offsetMs(ms: number): number {
    if (!this.#format) return 0;
    const quarter = Math.floor(ms / QUARTER_MS);
    // The columns of a chart follow each other.
    if (quarter !== this.#quarter) {
      this.#offsetMs = this.#offsetAt(quarter * QUARTER_MS, this.#format);
      this.#quarter = quarter;
    }
    return this.#offsetMs;
  }

  /** `14:32` */
  clock(ms: number): string {
    return this.#wall(ms).slice(11, 16);
  }

  /** `14:32 UTC+1` */
  markedClock(ms: number): string {
    return `${this.clock(ms)} ${this.mark(ms)}`;
  }

  /** `2026-11-27 14:32 UTC+1` */
  minute(ms: number): string {
    return `${this.#wall(ms).slice(0, 16).replace("T", " ")} ${this.mark(ms)}`;
  }

  /** `2026-11-27 14:32:08 UTC+1` */
  stamp(ms: number): string {
    return `${this.#wall(ms).slice(0, 19).replace("T", " ")} ${this.mark(ms)}`;
  }

  /** `UTC`, `UTC+1`, `UTC-9:30`: the same letters in every language, and one for each hour that clocks show twice. */
  mark(ms: number): string {
    const [sign, hours, minutes] = this.#offsetParts(ms);
    if (hours === 0 && minutes === 0) return "UTC";
    return `UTC${sign}${hours}${minutes === 0 ? "" : `:${String(minutes).padStart(2, "0")}`}`;
  }

  /** `2026-11-27T14:32:08+01:00`, as a filter reads it. */
  written(ms: number): string {
    const [sign, hours, minutes] = this.#offsetParts(ms);
    const offset = `${sign}${String(hours).padStart(2, "0")}:${String(minutes).padStart(2, "0")}`;
    return this.#wall(ms).replace(/(?:\.000)?Z$/, "") + (offset === "+00:00" ? "Z" : offset);
  }

  /** `2026-11-27T14:32`: the value of a field for a date and a time. */
  field(ms: number): string {
    return this.#wall(ms).slice(0, 16);
  }

  /** A time that names no zone: `2026-11-27`, `2026-11-27T14:32` or `2026-11-27 14:32:08`. Undefined of anything else. */
  read(text: string): TypedTime | undefined {
    const written = writtenTimeOf(text.trim());
    if (!written || written.offset !== undefined) return undefined;
    const wallMs = Date.parse(`${written.wall}Z`);
    // No zone changes its clocks twice within two days.
    const [before, after] = [this.offsetMs(wallMs - DAY_MS), this.offsetMs(wallMs + DAY_MS)];
    const shows = [...new Set([wallMs - before, wallMs - after])].filter(
      (ms) => ms + this.offsetMs(ms) === wallMs,
    );
    if (shows.length === 0) return { ms: wallMs - before, instants: "none" };
    return { ms: Math.min(...shows), instants: shows.length === 1 ? "one" : "two" };
  }

  #wall(ms: number): string {
    return new Date(ms + this.offsetMs(ms)).toISOString();
  }

  #offsetParts(ms: number): readonly [sign: "+" | "-", hours: number, minutes: number] {
    const offset = this.offsetMs(ms);
    const size = Math.abs(offset);
    return [offset < 0 ? "-" : "+", Math.floor(size / HOUR_MS), Math.floor((size % HOUR_MS) / MINUTE_MS)];
  }

  #offsetAt(ms: number, format: Intl.DateTimeFormat): number {
    const at = Object.fromEntries(format.formatToParts(ms).map(({ type, value }) => [type, Number(value)]));
    const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = at;
    const wall = Date.UTC(year, month - 1, day, hour, minute, second);
    // Before there were zones, clocks differed by seconds: the minute is enough.
    return Math.round((wall - Math.floor(ms / 1_000) * 1_000) / MINUTE_MS) * MINUTE_MS;
  }
}

/** What is shown to whoever has chosen nothing. */
export const UTC = new TimeZone("UTC");

// As many as there are, with some in other spellings: a browser may send anything.
const MOST_KEPT = 600;
const NAME = /^[A-Za-z][\w+/-]{0,63}$/;

/** Finds zones by their names; what was found is kept. */
export class TimeZones {
  readonly #kept = new Map<string, TimeZone>();

  /** Undefined where Intl knows no such zone. */
  named(name: string): TimeZone | undefined {
    const known = this.#kept.get(name);
    if (known || !NAME.test(name)) return known;
    const found = tryZone(name);
    if (found && this.#kept.size < MOST_KEPT) this.#kept.set(name, found);
    return found;
  }
}

const tryZone = (name: string): TimeZone | undefined => {
  try {
    const zone = new TimeZone(name);
    return zone.name === UTC.name ? UTC : zone;
  } catch {
    return undefined;
  }
};

/** The names of all zones, UTC first. */
export const zoneNames = (): readonly string[] => [
  "UTC",
  ...Intl.supportedValuesOf("timeZone").filter((name) => name.includes("/") && !name.startsWith("Etc/")),
];
