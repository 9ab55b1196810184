/** Cron's own notation: five or six fields and a zone, or `@daily` and its like. */
import { fieldValues, HOURS, MINUTES, MONTH_DAYS, MONTHS, SECONDS } from "./field.ts";
import type { Plan, Values } from "./plan.ts";
import { weekdayRules } from "./weekdays.ts";

/** `leftOut` is what a sentence says and fugit drops. */
export type Reading = { readonly plan: Plan; readonly leftOut?: readonly string[] } | { readonly flaw: Flaw };

/** Why a text is no expression. */
export interface Flaw {
  /** The field that it is in; undefined where there are too few fields, or too many. */
  readonly field?: FieldName;
  /** Its place among the fields as they are written. */
  readonly at?: number;
  /** That field, or the whole. */
  readonly text: string;
}

export type FieldName = (typeof FIELDS)[number]["name"] | "day of the week";

export const FIELDS = [SECONDS, MINUTES, HOURS, MONTH_DAYS, MONTHS] as const;

export const NICKNAMES: Readonly<Record<string, string>> = {
  "@yearly": "0 0 1 1 *",
  "@annually": "0 0 1 1 *",
  "@monthly": "0 0 1 * *",
  "@weekly": "0 0 * * 0",
  "@daily": "0 0 * * *",
  "@midnight": "0 0 * * *",
  "@noon": "0 12 * * *",
  "@hourly": "0 * * * *",
};

// Whether there is such a zone is asked later, so that a slip such as `Europe/paris` is refused as a zone.
const ZONE =
  /^(?:[-+](?:[01]\d|2[0-4]):?(?:00|15|30|45)|[A-Z][A-Za-z0-9+-]+|[A-Za-z][A-Za-z0-9+-]+(?:\/[A-Za-z][A-Za-z0-9+_-]+){1,2})$/;

/** The plan of a text in cron's notation, or why it is none. A zone is not looked up here. */
export const readWritten = (text: string): Reading => {
  const fields = fieldsOf(text);
  const zone = zoneOf(fields);
  if (zone !== undefined) fields.pop();
  const added = fields.length === 5 ? 1 : 0;
  if (added) fields.unshift("0");
  if (fields.length !== 6) return { flaw: { text } };
  const values: Values[] = [];
  for (const [i, kind] of FIELDS.entries()) {
    const field = fields[i] ?? "";
    const some = fieldValues(kind === MONTH_DAYS ? withoutAnd(field) : field, kind);
    if (some === undefined) return { flaw: { field: kind.name, at: i - added, text: field } };
    values.push(some);
  }
  const weekday = fields[5] ?? "";
  const weekdays = weekdayRules(withoutAnd(weekday));
  if (weekdays === undefined) return { flaw: { field: "day of the week", at: 5 - added, text: weekday } };
  const [seconds, minutes, hours, monthDays, months] = values as [Values, Values, Values, Values, Values];
  const isBoth = weekday.endsWith("&") || (fields[3] ?? "").endsWith("&");
  return { plan: { seconds, minutes, hours, monthDays, months, weekdays, isBoth, zone } };
};

/** fugit 1.7 is liberal with commas: `,1,,5, * * * *` is `1,5 * * * *`. */
const fieldsOf = (text: string): string[] => {
  const [name = "", ...rest] = text.trim().split(/[ \t]+/);
  const spelled = [NICKNAMES[name] ?? name, ...rest].join(" ");
  return spelled
    .replace(/,(?:[ \t]*,)*/g, ",")
    .replace(/^,/, "")
    .split(/[ \t]+/)
    .filter((field) => field !== ",")
    .map((field) => field.replace(/,(?=&?$)/, ""));
};

const zoneOf = (fields: readonly string[]): string | undefined => {
  const last = fields.at(-1) ?? "";
  if (!ZONE.test(last) || fields.length < 6) return undefined;
  // `MON` is a day in `* * * * * MON`, and `EST` is a zone in `* * * * * EST`.
  return fields.length === 6 && weekdayRules(last) !== undefined ? undefined : last;
};

const withoutAnd = (field: string): string => field.replace(/&$/, "");
