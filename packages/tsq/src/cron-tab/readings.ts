/** What cron expressions mean: read once, for a page asks every few seconds. */
import type { ClockSurprise, CronExpression } from "@tsq/cron";
import { Ticks } from "./ticks.ts";

// Far more than any schedule has, and a bound for those that somebody rewrites again and again.
const MOST = 2_000;

/** An expression, as a page shows it; undefined where it is none. */
export interface Reading {
  readonly expression: CronExpression;
  readonly words: string;
  /** Of the words: the one that was asked for, or English where that cannot say it. */
  readonly language: string;
  /** Through the change of clocks in the year to come. */
  readonly surprise: ClockSurprise | undefined;
  /** When it fires within a day, as `Ticks` has it. */
  readonly ticks: (nowMs: number) => readonly number[];
}

/** Keeps what was read. */
export class Readings {
  readonly #known = new Map<string, Promise<Reading | undefined>>();
  readonly #ticks = new Ticks();

  /** The surprises of a year are those from the first look on; a dashboard that runs for months looks again when it is full. */
  of(text: string, locale: string): Promise<Reading | undefined> {
    const key = `${locale} ${text}`;
    const known = this.#known.get(key);
    if (known) return known;
    if (this.#known.size >= MOST) this.#known.clear();
    const reading = read(text, locale, this.#ticks);
    this.#known.set(key, reading);
    return reading;
  }
}

const read = async (text: string, locale: string, ticks: Ticks): Promise<Reading | undefined> => {
  // With the first page: it would take as long to load as the dashboard itself.
  const { inWords, parseCron } = await import("@tsq/cron");
  try {
    const expression = parseCron(text);
    const [english, words] = [await inWords(expression), await inWords(expression, locale)];
    const [surprise] = expression.clockSurprises();
    const language = words === english ? "en" : locale;
    // The zone has a place of its own.
    const zone = expression.zone === undefined ? "" : ` (${expression.zone})`;
    return {
      expression,
      words: words.slice(0, words.length - zone.length),
      language,
      surprise,
      ticks: (nowMs) => ticks.within(text, expression, nowMs),
    };
  } catch {
    return undefined;
  }
};
