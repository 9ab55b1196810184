/** The next times of an expression, as a list. */
import { ConfigError } from "@tsq/core";
import { shown } from "@tsq/core/protocol";
import { asDate } from "./check-input.ts";
import { parseCron } from "./cron-expression.ts";

/** Which times `nextTimes` lists. */
export interface NextTimesOptions {
  /**
   * How many, from 0 to 100,000.
   *
   * @default 5
   */
  readonly count?: number;
  /**
   * The instant after which they are, from 1900 to 9999.
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

const MOST = 100_000;

/**
 * The next times at which a cron expression fires, earliest first, as Ruby's fugit has them.
 *
 * @throws CronError when the expression is none, or never fires; ConfigError when `count` or `from` is none
 */
export const nextTimes = (expression: string, options: NextTimesOptions = {}): Date[] => {
  const { count = 5, from = new Date(), tz } = options;
  if (!Number.isInteger(count) || count < 0 || count > MOST) {
    throw new ConfigError(
      `Expected \`count\` to be an integer from 0 to ${MOST}, got ${shown(count)}. Leave it out for 5.`,
    );
  }
  asDate("from", from);
  const cron = parseCron(expression, tz === undefined ? {} : { tz });
  const times: Date[] = [];
  for (let last = from; times.length < count; times.push(last)) last = cron.next(last);
  return times;
};
