/** The field for the days of the week: `1-5`, `mon,wed`, `fri#L` (the last of a month), `tue%2+1` (every second week). */

/** A day of the week, and which of them: all, the nth of a month (`-1` is the last), or those of every nth week. */
export interface WeekdayRule {
  /** 0 is Sunday. */
  readonly day: number;
  readonly nth?: number;
  readonly every?: { readonly weeks: number; readonly offset: number };
}

export const WEEKDAY_NAMES = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"] as const;
const DAY = `[0-7]|${WEEKDAY_NAMES.join("|")}`;
const NTH = new RegExp(`^(?<day>${DAY})#(?<nth>-?[1-5]|last|l)$`, "i");
const EVERY = new RegExp(`^(?<day>${DAY})%(?<weeks>\\d+)(?:\\+(?<offset>\\d+))?$`, "i");
const RUN = new RegExp(`^(?:\\*|(?<first>${DAY})(?:-(?<last>${DAY}))?)?(?:/(?<step>\\d\\d?))?$`, "i");

/** The rules of the field in their order, `"*"` for each day, or undefined if it is none. */
export const weekdayRules = (text: string): readonly WeekdayRule[] | "*" | undefined => {
  const rules: WeekdayRule[] = [];
  for (const element of text.split(",")) {
    const some = rulesOf(element);
    if (!some) return undefined;
    rules.push(...some);
  }
  // fugit: `*` adds no rule, so that `*,1` is Mondays, and a range without a day is each day.
  if (rules.length === 0) return "*";
  return [...new Map(rules.map((rule) => [ruleText(rule), rule])).values()].sort(inOrder);
};

/** As fugit writes it. */
export const ruleText = ({ day, nth, every }: WeekdayRule): string => {
  if (nth !== undefined) return `${day}#${nth}`;
  if (every === undefined) return String(day);
  return `${day}%${every.weeks}${every.offset > 0 ? `+${every.offset}` : ""}`;
};

const rulesOf = (text: string): readonly WeekdayRule[] | undefined => {
  const nth = NTH.exec(text)?.groups;
  if (nth) return [{ day: dayOf(nth["day"]) % 7, nth: nthOf(nth["nth"] ?? "") }];
  const every = EVERY.exec(text)?.groups;
  if (every) {
    const weeks = Number(every["weeks"]);
    if (weeks === 0) return undefined;
    return [{ day: dayOf(every["day"]) % 7, every: { weeks, offset: Number(every["offset"] ?? 0) } }];
  }
  const run = text === "" ? undefined : RUN.exec(text)?.groups;
  return run && runOf(run).map((day) => ({ day: day % 7 }));
};

const runOf = (groups: Readonly<Record<string, string | undefined>>): readonly number[] => {
  const first = groups["first"] === undefined ? undefined : dayOf(groups["first"]);
  const last = groups["last"] === undefined ? undefined : dayOf(groups["last"]);
  if (groups["step"] !== undefined) {
    // fugit: of days of the week, and only of these, `1/2` is the first alone, and `fri-mon/2` is none.
    const step = Math.max(1, Number(groups["step"]));
    return daysBetween(first ?? 0, last ?? first ?? 6, step);
  }
  if (first === undefined) return [];
  if (last === undefined) return [first];
  return daysBetween(first, last < first ? last + 7 : last, 1);
};

const daysBetween = (first: number, last: number, step: number): number[] =>
  Array.from({ length: Math.max(0, Math.floor((last - first) / step) + 1) }, (_, i) => first + i * step);

const dayOf = (text = ""): number => {
  const named = (WEEKDAY_NAMES as readonly string[]).indexOf(text.toLowerCase());
  return named === -1 ? Number(text) : named;
};

const nthOf = (text: string): number => (/^l/i.test(text) ? -1 : Number(text));

const inOrder = (a: WeekdayRule, b: WeekdayRule): number =>
  a.day - b.day || (a.nth ?? 0) - (b.nth ?? 0) || (a.every?.weeks ?? 0) - (b.every?.weeks ?? 0);
