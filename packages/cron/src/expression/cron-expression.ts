/** A cron expression, read as fugit reads it for sidekiq-cron, and the times at which it fires. */
import type { CronError } from "../cron-error.ts";
import { LocalTimes } from "./local-times.ts";
import { isOnTheMinute, planText, withoutImpossible } from "./plan.ts";
import type { Plan } from "./plan.ts";
import { readExpression } from "./read-expression.ts";
import { hasNoDay, isAlwaysSkipped, notAnExpression } from "./refusal.ts";
import { clockText } from "./clock-text.ts";
import { localZone, zoneNamed } from "./zone.ts";
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
 * @throws CronError when fugit would refuse it, when its zone is unknown, or when it never fires
 */
export const parseCron = (text: string, options: ParseOptions = {}): CronExpression => {
  const reading = readExpression(text);
  if ("flaw" in reading) throw notAnExpression(text, reading.flaw);
  const plan = withoutImpossible(reading.plan);
  if (!plan) throw hasNoDay(text);
  const expression = new CronExpression(text, plan, options.tz);
  expression.next(new Date());
  return expression;
};

// The 29th of February on a given day of the week comes again after 40 years at most.
const HORIZON_MS = 50 * 366 * 86_400_000;
// A zone is nowhere further from UTC than this.
const FURTHEST_MS = 26 * 3_600_000;

/** A cron expression that `parseCron` has read. */
export class CronExpression {
  /** As it was written. */
  readonly text: string;
  /** The zone of the expression, or that of the options; undefined where it is the zone of the process. */
  readonly zone: string | undefined;
  readonly #plan: Plan;
  readonly #times: LocalTimes;
  readonly #zone: Zone;

  /** @internal */
  constructor(text: string, plan: Plan, tz?: string) {
    this.text = text;
    this.zone = plan.zone ?? tz;
    this.#plan = plan;
    this.#times = new LocalTimes(plan);
    this.#zone = this.zone === undefined ? localZone() : zoneNamed(this.zone);
  }

  /** Whether it fires at other seconds than the first of a minute. */
  get hasSeconds(): boolean {
    return !isOnTheMinute(this.#plan);
  }

  /**
   * The first time after an instant. A time that the clocks skip when summer comes is none, and one that they show twice
   * when it goes is two, as with fugit.
   *
   * @throws CronError when there is none within 50 years
   */
  next(from: Date): Date {
    const start = Math.floor(from.getTime() / 1_000) * 1_000 + 1_000;
    for (let at = start; at < start + HORIZON_MS;) {
      const { to, offset } = this.#zone.stretchAt(at);
      const end = Math.min(to, start + HORIZON_MS);
      const found = this.#times.from(at + offset, end + offset);
      if (found !== undefined) return new Date(found - offset);
      // No zone is asked about the years between, if there are any.
      const rough = this.#times.from(end - FURTHEST_MS, start + HORIZON_MS + FURTHEST_MS);
      if (rough === undefined) break;
      at = Math.max(end, rough - FURTHEST_MS);
    }
    throw this.#never();
  }

  /**
   * The last time before an instant, which is taken as the whole second that it is in: at 8:00:00.5 the time before is
   * not 8:00:00 but the one before that (WIRE §12.4).
   *
   * @throws CronError when there is none within 50 years
   */
  previous(before: Date): Date {
    const start = Math.floor(before.getTime() / 1_000) * 1_000 - 1_000;
    for (let at = start; at > start - HORIZON_MS;) {
      const { from, offset } = this.#zone.stretchAt(at);
      const begin = Math.max(from, start - HORIZON_MS);
      const found = this.#times.upTo(at + offset, begin + offset);
      if (found !== undefined) return new Date(found - offset);
      const rough = this.#times.upTo(begin + FURTHEST_MS, start - HORIZON_MS - FURTHEST_MS);
      if (rough === undefined) break;
      at = Math.min(begin - 1_000, rough + FURTHEST_MS);
    }
    throw this.#never();
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

  #never(): CronError {
    const hasTimes = this.#times.from(0, HORIZON_MS) !== undefined;
    return hasTimes ? isAlwaysSkipped(this.text, this.#zone.name) : hasNoDay(this.text);
  }
}
