/** A cron expression, read as fugit reads it for sidekiq-cron, and the times at which it fires. */
import type { CronError } from "../cron-error.ts";
import { asDate, checkTexts } from "./check-input.ts";
import { LocalTimes } from "./local-times.ts";
import { isOnTheMinute, planText, withoutImpossible } from "./plan.ts";
import type { Plan } from "./plan.ts";
import { readExpression } from "./read-expression.ts";
import { hasNoDay, isAlwaysSkipped, notAnExpression } from "./refusal.ts";
import { surprisesOf } from "./clock-surprises.ts";
import type { ClockSurprise } from "./clock-surprises.ts";
import { clockText } from "./clock-text.ts";
import { localZone } from "./local-zone.ts";
import { zoneNamed } from "./zone.ts";
import type { Zone } from "./zone.ts";

/** How an expression is read. */
export interface ParseOptions {
  /**
   * The zone of an expression that names none, such as `Europe/Paris` or `+02:00`.
   *
   * @default the zone of the process: that of the variable TZ, else the system's
   */
  readonly tz?: string;
}

/**
 * Reads a cron expression as fugit 1.14 does, which sidekiq-cron uses: five fields, or six with seconds first; names,
 * ranges, steps, `L`, `mon#1`, `mon%2`, `&`, `@daily`, and a zone at the end.
 *
 * @throws CronError when fugit would refuse it, when its zone is unknown, when it never fires, when it is longer than 1,000
 * characters, or no string
 */
export const parseCron = (text: string, options: ParseOptions = {}): CronExpression => {
  checkTexts(text, options.tz);
  const reading = readExpression(text);
  if ("flaw" in reading) throw notAnExpression(text, reading.flaw);
  const plan = withoutImpossible(reading.plan);
  if (!plan) throw hasNoDay(text);
  const expression = new CronExpression(text, plan, options.tz, reading.leftOut);
  expression.next(new Date());
  return expression;
};

const YEAR_MS = 366 * 86_400_000;
// The 29th of February on a given day of the week comes again after 40 years at most.
const HORIZON_MS = 50 * 366 * 86_400_000;
// A zone is nowhere further from UTC than this.
const FURTHEST_MS = 26 * 3_600_000;

const NOWHERE = { previous: Infinity, next: -Infinity };

/** A cron expression that `parseCron` has read. */
export class CronExpression {
  /** As it was written. */
  readonly text: string;
  /** The zone of the expression, or that of the options; undefined where it is the zone of the process. */
  readonly zone: string | undefined;
  /**
   * What a sentence says and fugit drops, so that it does not fire then in Ruby either: `18:15` of `every day at 16:30 and
   * 18:15`, as one expression cannot say both, and `day 15` of `every 1st and 15th of the month`.
   */
  readonly leftOut: readonly string[];
  readonly #plan: Plan;
  readonly #times: LocalTimes;
  readonly #zone: Zone;
  /** Two times with none between, in milliseconds since 1970. */
  #around: { readonly previous: number; readonly next: number } = NOWHERE;

  /** @internal */
  constructor(text: string, plan: Plan, tz?: string, leftOut: readonly string[] = []) {
    this.text = text;
    this.leftOut = leftOut;
    this.zone = plan.zone ?? tz;
    this.#plan = plan;
    this.#times = new LocalTimes(plan);
    this.#zone = this.zone === undefined ? localZone() : zoneNamed(this.zone);
  }

  /** Whether it fires at other seconds than the first of a minute. */
  get hasSeconds(): boolean {
    return !isOnTheMinute(this.#plan);
  }

  /** Whether its zone stands in the expression itself. */
  get namesZone(): boolean {
    return this.#plan.zone !== undefined;
  }

  /**
   * The first time after an instant. A time that the clocks skip when summer comes is none, and one that they show twice
   * when it goes is two, as with fugit.
   *
   * @throws CronError when there is none within 50 years; ConfigError for an instant outside the years 1900 to 9999
   */
  next(from: Date): Date {
    const second = wholeSecond(from);
    const { previous, next } = this.#around;
    const found = previous <= second && second < next ? next : this.#after(second);
    if (found === undefined || found === Infinity) throw this.#never();
    return new Date(found);
  }

  /**
   * The last time before an instant, which is taken as the whole second that it is in: at 8:00:00.5 the time before is
   * not 8:00:00 but the one before that (WIRE §12.4).
   *
   * @throws CronError when there is none within 50 years; ConfigError for an instant outside the years 1900 to 9999
   */
  previous(before: Date): Date {
    const second = wholeSecond(before);
    const { previous, next } = this.#around;
    if (previous < second && second <= next) return new Date(previous);
    const found = this.#before(second);
    if (found === undefined) throw this.#never();
    // A poller asks for it again and again until the next time has come.
    this.#around = { previous: found, next: this.#after(found) ?? Infinity };
    return new Date(found);
  }

  /**
   * The changes of clocks through which it fires less or more often than it seems to: `30 2 * * *` does not in the night
   * in which the clocks go from two to three, and does twice in the one in which they go back.
   *
   * @param from a time, now if it is left out
   * @param until a later one, a year later if it is left out
   *
   * @throws ConfigError when one of them is no Date, or outside the years 1900 to 9999
   */
  clockSurprises(from = new Date(), until?: Date): readonly ClockSurprise[] {
    const fromMs = asDate("from", from).getTime();
    const untilMs = until === undefined ? fromMs + YEAR_MS : asDate("until", until).getTime();
    return surprisesOf(this.#plan, this.#times, this.#zone, fromMs, untilMs);
  }

  /** The zone whose clocks decide: `zone`, or that of the process. */
  get zoneName(): string {
    return this.#zone.name;
  }

  /** What its clocks show at an instant: `Mon 2027-03-29 02:30:00 +02:00`. */
  clock(at: Date): string {
    return clockText(at.getTime(), this.#zone);
  }

  /** As fugit's `to_cron_s`: every value, no ranges. Two expressions with the same text fire at the same times. */
  normalized(): string {
    return planText(this.#plan);
  }

  #after(second: number): number | undefined {
    const end = second + HORIZON_MS;
    for (let at = second + 1_000; at < end;) {
      const stretch = this.#zone.stretchAt(at);
      const { offset } = stretch;
      const to = Math.min(stretch.to, end);
      const found = this.#times.from(at + offset, to + offset);
      if (found !== undefined) return found - offset;
      // No zone is asked about the years between, if there are any.
      const rough = this.#times.from(to - FURTHEST_MS, end + FURTHEST_MS);
      if (rough === undefined) return undefined;
      at = Math.max(to, rough - FURTHEST_MS);
    }
    return undefined;
  }

  #before(second: number): number | undefined {
    const end = second - HORIZON_MS;
    for (let at = second - 1_000; at > end;) {
      const stretch = this.#zone.stretchAt(at);
      const { offset } = stretch;
      const from = Math.max(stretch.from, end);
      const found = this.#times.upTo(at + offset, from + offset);
      if (found !== undefined) return found - offset;
      const rough = this.#times.upTo(from + FURTHEST_MS, end - FURTHEST_MS);
      if (rough === undefined) return undefined;
      at = Math.min(from - 1_000, rough + FURTHEST_MS);
    }
    return undefined;
  }

  #never(): CronError {
    const hasTimes = this.#times.from(0, HORIZON_MS) !== undefined;
    return hasTimes ? isAlwaysSkipped(this.text, this.#zone.name) : hasNoDay(this.text);
  }
}

const wholeSecond = (date: Date): number => Math.floor(asDate("the instant", date).getTime() / 1_000) * 1_000;
