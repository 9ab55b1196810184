/** One field of a cron expression that holds numbers: `1-5`, `10/15`, `jan,jul`, `L`. */

/** What a field may hold, and what it is called in a refusal. */
export interface FieldKind {
  readonly name: string;
  readonly from: number;
  readonly to: number;
  /** One element of its list. */
  readonly element: RegExp;
  /** What a spelling stands for, if not for its digits. */
  readonly names?: Readonly<Record<string, number>>;
  /** A correct one, to show. */
  readonly example: string;
}

/** @param value the spellings of one value */
const elementOf = (value: string): RegExp =>
  new RegExp(`^(?:\\*|(?<first>${value})(?:-(?<last>${value}))?)?(?:/(?<step>\\d\\d?))?$`, "i");

export const MONTH_NAMES = [
  "jan",
  "feb",
  "mar",
  "apr",
  "may",
  "jun",
  "jul",
  "aug",
  "sep",
  "oct",
  "nov",
  "dec",
];

export const SECONDS = {
  name: "second",
  from: 0,
  to: 59,
  element: elementOf("[0-5]?\\d"),
  example: "*/15",
} as const;
export const MINUTES = {
  name: "minute",
  from: 0,
  to: 59,
  element: elementOf("[0-5]?\\d"),
  example: "*/15",
} as const;
export const HOURS = {
  name: "hour",
  from: 0,
  to: 23,
  element: elementOf("2[0-4]|[01]?\\d"),
  example: "8-18",
} as const;
export const MONTH_DAYS = {
  name: "day of the month",
  from: 1,
  to: 31,
  element: elementOf("-?(?:3[01]|[12]\\d|0?[1-9])|last|l"),
  names: { last: -1, l: -1 },
  example: "1,15",
} as const;
export const MONTHS = {
  name: "month",
  from: 1,
  to: 12,
  element: elementOf(`1[0-2]|0?[1-9]|${MONTH_NAMES.join("|")}`),
  names: Object.fromEntries(MONTH_NAMES.map((name, i) => [name, i + 1])),
  example: "jan,jul",
} as const;

/** The values of a field in their order, or `"*"` for all of them; undefined if it is none. */
export const fieldValues = (text: string, kind: FieldKind): readonly number[] | "*" | undefined => {
  const values = new Set<number>();
  let isAny = false;
  for (const element of text.split(",")) {
    const run = elementValues(element, kind);
    if (run === undefined) return undefined;
    if (run === "*") isAny = true;
    else for (const value of run) values.add(kind === HOURS && value === 24 ? 0 : value);
  }
  return isAny ? "*" : [...values].sort((a, b) => a - b);
};

const elementValues = (text: string, kind: FieldKind): readonly number[] | "*" | undefined => {
  const groups = text === "" ? undefined : kind.element.exec(text)?.groups;
  if (!groups) return undefined;
  const first = valueOf(groups["first"], kind);
  const last = valueOf(groups["last"], kind);
  const step = groups["step"] === undefined ? undefined : Number(groups["step"]);
  if (first !== undefined && last === undefined && step === undefined) return [first];
  return stepped(kind, first ?? kind.from, last ?? kind.to, step ?? 1);
};

const valueOf = (text: string | undefined, { names }: FieldKind): number | undefined =>
  text === undefined ? undefined : (names?.[text.toLowerCase()] ?? Number(text));

/**
 * From the first value to the last, around the end of the field where the last comes before the first (fugit, gh-27).
 * All of them without a step are the same as `*`, which decides how the days of a month and of a week go together.
 */
const stepped = (
  { from, to }: FieldKind,
  first: number,
  last: number,
  step: number,
): readonly number[] | "*" | undefined => {
  // `25-L` ends with the longest month.
  const end = last < 0 && first > 0 ? to : last;
  if (first === from && end === to && step === 1) return "*";
  // `-3-5` and `L-3` would mean other days in each month: fugit refuses them.
  if (first < 0 !== end < 0 || step === 0) return undefined;
  const [lowest, highest] = first < 0 ? [-to, -1] : [from, to];
  return walk(first, end, lowest, highest).filter((_, i) => i % step === 0);
};

const walk = (first: number, last: number, lowest: number, highest: number): number[] => {
  const values = [first];
  let value = first;
  let end = last;
  while (value !== end) {
    value += 1;
    if (value > highest) {
      value = lowest;
      // Hour 24 is hour 0 of the day that begins here.
      if (end > highest) end = lowest;
    }
    values.push(value);
  }
  return values;
};
