/** The next times of an expression, as a list. */
import { parseCron } from "./cron-expression.ts";

/** Which times `nextTimes` lists. */
export interface NextTimesOptions {
  /**
   * How many.
   *
   * @default 5
   */
  readonly count?: number;
  /**
   * The instant after which they are.
   *
   * @default now
   */
  readonly from?: Date;
  /**
   * The zone of an expression that names none.
   *
   * @default the zone of the process: that of the variable TZ, else the system's
   */
  readonly tz?: string;
}

/**
 * The next times at which a cron expression fires, earliest first, as Ruby's fugit has them.
 *
 * @throws CronError when the expression is none, or never fires; ConfigError when `count` or `from` is none
 */
export const nextTimes = (expression: string, options: NextTimesOptions = {}): Date[] => {
  const { count = 5, from = new Date(), tz } = options;
  const cron = parseCron(expression, tz === undefined ? {} : { tz });
  const times: Date[] = [];
  for (let last = from; times.length < count; times.push(last)) last = cron.next(last);
  return times;
};
