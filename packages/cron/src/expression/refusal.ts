/** Why an expression is refused, with the nearest that is not. */
import { quoted } from "./quoted.ts";
import { CronError } from "../cron-error.ts";
import { candidatesFor } from "./candidates.ts";
import { withoutImpossible } from "./plan.ts";
import { readExpression } from "./read-expression.ts";
import type { Flaw } from "./written.ts";

/** The refusal of a text that fugit would not read. */
export const notAnExpression = (text: string, flaw: Flaw): CronError => {
  const where =
    flaw.field === undefined || !looksWritten(text)
      ? ""
      : `, in which ${quoted(flaw.text)} is no ${flaw.field}`;
  return new CronError(
    `Expected a cron expression as sidekiq-cron takes it, got ${quoted(text)}${where}. ${remedy(text, flaw)}`,
  );
};

/** The refusal of one that can be read, but names days that no year has. */
export const hasNoDay = (text: string): CronError =>
  new CronError(
    `Expected a cron expression that fires some day, got ${quoted(text)}, whose days no year has. ` +
      "Write `L` as the day of the month for the last of each.",
  );

/** The refusal of one whose times the clocks of a zone skip, whenever they are due. */
export const isAlwaysSkipped = (text: string, zone: string): CronError =>
  new CronError(
    `Expected a cron expression that fires some day, got ${quoted(text)}, whose times the clocks of ${zone} skip on each of ` +
      "its days. Write another hour, or `UTC` at its end.",
  );

/** Whether it is meant as cron's notation: a sentence has no field to blame. */
const looksWritten = (text: string): boolean => /^\s*[\d*,/?HL-]/.test(text);

const remedy = (text: string, flaw: Flaw): string => {
  const nearest = candidatesFor(text, flaw).find(isRead);
  if (nearest !== undefined) return `Write \`${nearest}\`.`;
  return "Write five fields such as `0 9 * * mon-fri`, or words such as `every weekday at 9am`.";
};

const isRead = (text: string): boolean => {
  const reading = readExpression(text);
  return "plan" in reading && withoutImpossible(reading.plan) !== undefined;
};
