/** A cron expression in words, for people who look at a schedule. */
import { CronExpression } from "./expression/cron-expression.ts";
import { shown } from "@tsq/core/protocol";
import { CronError } from "./cron-error.ts";
import { daysInWords } from "./words/days-in-words.ts";
import { compact } from "./words/compact.ts";
import { readExpression } from "./expression/read-expression.ts";

/**
 * What an expression means, in English: `At 09:00, Monday through Friday (Europe/Paris)`. It is said of what tsq and fugit
 * read, never of what is written: `every 90 minutes` is `Every hour`.
 *
 * @throws CronError for what `parseCron()` has not made
 */
export const inWords = async (expression: CronExpression): Promise<string> => {
  if (!(expression instanceof CronExpression)) {
    throw new CronError(
      `Expected what \`parseCron()\` returns, got ${shown(expression)}. Write \`inWords(parseCron("0 9 * * *"))\`.`,
    );
  }
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
