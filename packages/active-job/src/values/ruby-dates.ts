/** Which dates and times Ruby reads: more than Temporal holds. */

const SHAPE = /^(-?\d{4,})-(\d\d)-(\d\d)(?:T(\d\d):(\d\d):(\d\d)(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)?)?$/;
const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
// Before October of it Ruby's calendar is the Julian one, in which every fourth year has a leap day.
const REFORM = 1582;

/**
 * Whether Ruby reads this text where Temporal does not: a leap day of the Julian calendar, `1500-02-29`, a year beyond
 * 275,760, a leap second, the hour 24, more than nine decimals.
 */
export const isReadByRuby = (text: string): boolean => {
  const numbers = SHAPE.exec(text)?.slice(1).map(Number);
  if (!numbers) return false;
  // Of a date alone those of the clock are NaN, and none of them is too great.
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = numbers;
  const days = (DAYS[month - 1] ?? 0) + (month === 2 && isLeap(year) ? 1 : 0);
  return day >= 1 && day <= days && !(hour > 24 || minute > 59 || second > 60);
};

const isLeap = (year: number): boolean =>
  year % 4 === 0 && (year <= REFORM || year % 100 !== 0 || year % 400 === 0);
