/** Whether an entry is due, by the rules of sidekiq-cron (WIRE §12.4). */
import { parseCron } from "../expression/cron-expression.ts";
import type { CronExpression } from "../expression/cron-expression.ts";

/** An instant fires for so long after it was, and then no more (`reschedule_grace_period` of 2.x). */
export const GRACE_MS = 60_000;

/** The clocks of a fleet may differ by so much. */
export const SKEW_MS = 120_000;

/** The last instant before now, in milliseconds: at exactly :00 that of the minute before. */
export const lastTickMs = (expression: CronExpression, nowMs: number): number =>
  expression.previous(new Date(nowMs)).getTime();

/** What a poll remembers of an expression. */
interface Parsed {
  readonly expression: CronExpression;
  /** The last instant before `until`, so that most polls compute nothing. */
  tickMs: number;
  untilMs: number;
}

// An application has as many entries as it has. Texts that change every day must not fill the memory.
const MOST = 10_000;

/** Expressions by their text, each parsed once. */
export class Expressions {
  readonly #parsed = new Map<string, Parsed | Error>();

  /** @throws CronError when the text is no expression */
  get(text: string): CronExpression {
    return this.#get(text).expression;
  }

  /** The last instant before now. @throws CronError as `get` */
  lastTickMs(text: string, nowMs: number): number {
    const parsed = this.#get(text);
    const second = Math.floor(nowMs / 1_000) * 1_000;
    // Strictly before: at the very instant that comes next it is still the one before.
    if (second > parsed.tickMs && second <= parsed.untilMs) return parsed.tickMs;
    parsed.tickMs = lastTickMs(parsed.expression, nowMs);
    parsed.untilMs = parsed.expression.next(new Date(parsed.tickMs)).getTime();
    return parsed.tickMs;
  }

  #get(text: string): Parsed {
    let known = this.#parsed.get(text);
    if (!known) {
      if (this.#parsed.size >= MOST) this.#parsed.clear();
      known = parse(text);
      this.#parsed.set(text, known);
    }
    if (known instanceof Error) throw known;
    return known;
  }
}

/** An error is kept as well: an entry that nobody can read is looked at in every poll. */
const parse = (text: string): Parsed | Error => {
  try {
    return { expression: parseCron(text), tickMs: Number.POSITIVE_INFINITY, untilMs: 0 };
  } catch (error) {
    return error as Error;
  }
};
