/** What the pages say, in one language: phrases by key, and numbers and times with their units. */
import { html, ownText, visible } from "../html/html.ts";
import type { Html } from "../html/html.ts";
import { EN } from "./en.ts";
import type { Phrase } from "./phrase.ts";
import { relativeOf, spanOf } from "./spans.ts";
import { UTC } from "./time-zone.ts";
import type { TimeZone } from "./time-zone.ts";

/** The key of a phrase. */
export type WordKey = keyof typeof EN;

/** The phrases of one language, by key: of the dashboard, and of what others bring. What is missing is said in English. */
export type WordTable = Readonly<Record<string, Phrase>>;

/** What goes into a phrase: numbers are written as the language writes them. */
export type Said = Html | string | number;

const DAY_MS = 86_400_000;

// Of those that were looked at lately.
const MOST_CUT = 5_000;
const MOST_ZONES = 50;
const SMALL = 1_000;

/** One language, with the clocks of one zone. */
export class Words {
  /** A tag of BCP 47, such as `en` or `pt-BR`. */
  readonly locale: string;
  /** Whether it is written from right to left. */
  readonly isRightToLeft: boolean;
  /** By whose clocks times are said. */
  readonly zone: TimeZone;
  readonly #table: WordTable;
  readonly #english: WordTable;
  // Made when they are first used: an application that mounts a dashboard is not to wait for them when it starts.
  #plurals: Intl.PluralRules | undefined;
  #numbers: Intl.NumberFormat | undefined;
  #signed: Intl.NumberFormat | undefined;
  /** Small whole numbers as the language writes them: Intl takes longer for one than the rest of its phrase. */
  readonly #small: string[] = [];
  #script: string | undefined;
  #days: Intl.DateTimeFormat | undefined;
  /** Phrases cut at their placeholders, by their texts: a page says some of them hundreds of times. */
  readonly #cut = new Map<string, readonly (Html | string)[]>();
  readonly #inZones = new Map<TimeZone, Words>();

  /** @internal */
  constructor(locale = "en", table: WordTable = {}, english: WordTable = EN, zone: TimeZone = UTC) {
    this.locale = locale;
    this.zone = zone;
    this.isRightToLeft = /^(?:ar|fa|he|ur)\b/.test(locale);
    this.#table = table;
    this.#english = english;
  }

  /** @internal The same words by the clocks of another zone. */
  in(zone: TimeZone): Words {
    if (zone === this.zone) return this;
    const known = this.#inZones.get(zone);
    if (known) return known;
    if (this.#inZones.size >= MOST_ZONES) this.#inZones.clear();
    const words = new Words(this.locale, this.#table, this.#english, zone);
    this.#inZones.set(zone, words);
    return words;
  }

  /** A phrase of the dashboard with its values in it. */
  say(key: WordKey, values: Readonly<Record<string, Said>> = {}): Html {
    return this.t(key, values);
  }

  /** As `say`, also of the phrases that a tab or the option `locales` has brought. A key that nobody knows is said itself. */
  t(key: string, values: Readonly<Record<string, Said>> = {}): Html {
    const parts = this.#parts(this.#form(key, values["count"]));
    return html`${parts.map((part) => (typeof part === "string" ? this.#value(values[part]) : part))}`;
  }

  /** Cut at the placeholders: what stands between them is ours, what fills them is not. */
  #parts(text: string): readonly (Html | string)[] {
    const known = this.#cut.get(text);
    if (known) return known;
    const parts = text.split(/\{(\w+)\}/).map((part, i) => (i % 2 === 0 ? ownText(part) : part));
    // Of a tab any text may come.
    if (this.#cut.size >= MOST_CUT) this.#cut.clear();
    this.#cut.set(text, parts);
    return parts;
  }

  /** A phrase of the dashboard as plain text, for what is kept and shown later by `ownText()`. */
  text(key: WordKey, values: Readonly<Record<string, string | number>> = {}): string {
    const parts = this.#form(key, values["count"]).split(/\{(\w+)\}/);
    return parts.map((part, i) => (i % 2 === 0 ? part : this.#plain(values[part]))).join("");
  }

  /** The phrases of the page's script, as JSON: it fills them itself. */
  ofScript(): string {
    return (this.#script ??= this.#textOfScript());
  }

  /** `1,234` */
  number(value: number): string {
    const isSmall = Number.isInteger(value) && value > 0 && value < SMALL;
    return isSmall ? (this.#small[value] ??= this.#written(value)) : this.#written(value);
  }

  /** With its sign: `+1,234`. In languages that are written from right to left, marks belong to it that nobody sees. */
  signed(value: number): Html {
    this.#signed ??= new Intl.NumberFormat(this.locale, {
      maximumFractionDigits: 2,
      signDisplay: "exceptZero",
    });
    return ownText(this.#signed.format(value));
  }

  /** A share from 0 to 1: `2.4 %`. */
  percent(share: number): Html {
    if (share > 0 && share < 0.001) return this.say("percent.less", { n: 0.1 });
    const digits = share !== 0 && share < 0.1 ? 1 : 0;
    return this.say("percent", { n: Number((share * 100).toFixed(digits)) });
  }

  /** `735 MB` */
  bytes(count: number): Html {
    if (count < 1_000) return this.say("bytes.b", { n: count });
    if (count < 1e6) return this.say("bytes.kb", { n: Number((count / 1e3).toFixed(1)) });
    if (count < 1e9) return this.say("bytes.mb", { n: Number((count / 1e6).toFixed(count < 1e7 ? 1 : 0)) });
    return this.say("bytes.gb", { n: Number((count / 1e9).toFixed(2)) });
  }

  /** How long something takes, in two units at most: `4 min 12 s`. */
  span(ms: number): Html {
    const [key, values] = spanOf(ms);
    return this.say(key, values);
  }

  /** `6 min ago`, `in 3 h`, `now` */
  relative(thenMs: number, nowMs: number): Html {
    const distance = nowMs - thenMs;
    const [unit, n] = relativeOf(Math.abs(distance));
    if (unit === undefined) return this.say("client.now");
    const time = this.say(unit, { n });
    return this.say(distance > 0 ? "client.ago" : "client.in", { time });
  }

  /** A moment that the page's script keeps fresh: `6 min ago`, with the exact time behind it. */
  time(at: Date, nowMs: number): Html {
    const ms = at.getTime();
    // To come, when it was said.
    const due = ms > nowMs && html` data-due`;
    return html`<time datetime="${iso(ms)}" title="${this.zone.stamp(ms)}"${due} data-rel>${this.relative(ms, nowMs)}</time>`;
  }

  /** A time as the clocks of the zone show it: `2026-11-27 14:32 UTC+1`. */
  minute(at: Date): string {
    return this.zone.minute(at.getTime());
  }

  /** The same with its seconds: `2026-11-27 14:32:08 UTC+1`. */
  stamp(at: Date): string {
    return this.zone.stamp(at.getTime());
  }

  /** The time of day for the axis of a chart, which says the zone itself: `14:32`. */
  clock(at: Date): string {
    return this.zone.clock(at.getTime());
  }

  /** A day of a chart: `Nov 5`. */
  day(ms: number): string {
    this.#days ??= new Intl.DateTimeFormat(this.locale, {
      month: "short",
      day: "numeric",
      timeZone: this.zone.name,
    });
    return this.#days.format(ms);
  }

  /** The same of a day that Sidekiq has counted, which is one of UTC. */
  countedDay(date: string): string {
    return this.in(UTC).day(Date.parse(`${date}T00:00:00Z`));
  }

  /** A label of a chart: the time of day, or the day before it if there are several in the chart. */
  moment(ms: number, chartMs: number): string {
    const clock = this.zone.clock(ms);
    return chartMs > DAY_MS ? `${this.day(ms)} ${clock}` : clock;
  }

  #written(value: number): string {
    this.#numbers ??= new Intl.NumberFormat(this.locale, { maximumFractionDigits: 2 });
    return this.#numbers.format(value);
  }

  #textOfScript(): string {
    const keys = (Object.keys(EN) as WordKey[]).filter((key) => key.startsWith("client."));
    return JSON.stringify(Object.fromEntries(keys.map((key) => [key.slice(7), this.#form(key, undefined)])));
  }

  #form(key: string, count: Said | undefined): string {
    const own = phraseIn(this.#table, key);
    const phrase = own ?? phraseIn(this.#english, key) ?? key;
    if (typeof phrase === "string") return phrase;
    // Where no number of a language takes that form, a phrase may have one for none all the same.
    if (count === 0 && phrase.zero !== undefined) return phrase.zero;
    const plurals =
      own === undefined ? ENGLISH_PLURALS : (this.#plurals ??= new Intl.PluralRules(this.locale));
    return phrase[plurals.select(typeof count === "number" ? count : 0)] ?? phrase.other;
  }

  #plain(value: string | number | undefined): string {
    return typeof value === "number" ? this.number(value) : this.#apart(visible(value ?? ""));
  }

  #value(value: Said | undefined): Html | string {
    if (typeof value === "number") return this.number(value);
    return typeof value === "string" ? ownText(this.#apart(visible(value))) : (value ?? "");
  }

  /** From right to left, a name such as `app-1:4242` must not be torn apart by the words around it, nor move them. */
  #apart(text: string): string {
    return this.isRightToLeft && text !== "" ? `\u2068${text}\u2069` : text;
  }
}

const ENGLISH_PLURALS = new Intl.PluralRules("en");

/** A label may be named as something that every object has. */
const phraseIn = (table: WordTable, key: string): Phrase | undefined =>
  Object.hasOwn(table, key) ? table[key] : undefined;

/** `2026-11-27T14:32:08Z` */
export const iso = (ms: number): string => new Date(ms).toISOString().replace(/\.\d+/, "");
