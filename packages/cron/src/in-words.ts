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
 * @param locale another language, as BCP 47 names it, such as `de` or `pt-BR`. English is said where cronstrue does not have
 * it, and of days that cronstrue has no words for. @default "en"
 * @throws CronError for what `parseCron()` has not made
 */
export const inWords = async (expression: CronExpression, locale = "en"): Promise<string> => {
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
  const fields = compact(own === undefined ? plan : { ...plan, monthDays: "*", weekdays: "*" });
  const options = { use24HourTimeFormat: true, verbose: false };
  const said =
    own === undefined ? await saidIn(locale, fields, options) : (await speaker()).toString(fields, options);
  const zone = expression.zone === undefined ? "" : ` (${expression.zone})`;
  return `${own === undefined ? said : `${said}, ${own}`}${zone}`;
};

const speaker = async () => (await import("cronstrue")).default;

/** By their names in cronstrue, where they are others. */
const OWN_NAMES: Readonly<Record<string, string>> = { pt: "pt_PT" };

/** All languages together are 300 kB, which are loaded when somebody reads another one than English. */
const saidIn = async (locale: string, fields: string, options: object): Promise<string> => {
  if (/^en\b/i.test(locale)) return (await speaker()).toString(fields, options);
  const {
    default: { default: all },
  } = await import("cronstrue/i18n.js");
  const name = OWN_NAMES[locale] ?? locale.replace("-", "_");
  return all.toString(fields, { ...options, locale: Object.hasOwn(all.locales, name) ? name : "en" });
};
