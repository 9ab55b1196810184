/** A cron expression in words, for people who look at a schedule. */
import type { CronExpression } from "./expression/cron-expression.ts";
import { daysInWords } from "./words/days-in-words.ts";
import { compact } from "./words/compact.ts";
import { readExpression } from "./expression/read-expression.ts";

/**
 * What an expression means, in English: `At 09:00, Monday through Friday (Europe/Paris)`. It is said of what tsq and fugit
 * read, never of what is written: `every 90 minutes` is `Every hour`.
 */
export const inWords = async (expression: CronExpression): Promise<string> => {
  const reading = readExpression(expression.normalized());
  // What was read once is read again.
  if ("flaw" in reading) return expression.normalized();
  const { plan } = reading;
  const own = daysInWords(plan);
  const { default: cronstrue } = await import("cronstrue");
  const fields = compact(own === undefined ? plan : { ...plan, monthDays: "*", weekdays: "*" });
  const said = cronstrue.toString(fields, { use24HourTimeFormat: true, verbose: false });
  const zone = expression.zone === undefined ? "" : ` (${expression.zone})`;
  return `${own === undefined ? said : `${said}, ${own}`}${zone}`;
};
