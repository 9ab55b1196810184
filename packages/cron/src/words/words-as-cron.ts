/** A sentence in cron's own notation: `every weekday at five` is `0 5 * * 1-5`. */
import { NotSaid } from "./not-said.ts";
import { Reader } from "./reader.ts";
import type { Saying, Subject, TimeSaying, Written } from "./saying.ts";
import { joined, joinedTimes, timesInShort, valuesOf } from "./saying.ts";
import { readSentence } from "./sentence.ts";

// fugit refuses longer ones, as they might be made to cost it time.
const LONGEST = 256;

/** A sentence as fugit reads it. */
export interface Heard {
  readonly cron: string;
  /** What it says and fugit drops: `18:30`, `day 15`. */
  readonly leftOut: readonly string[];
}

/**
 * What fugit makes of a sentence; undefined if that is nothing.
 * Of several times that no one expression can have (`at 6:15 and 18:30`) it is the first, as sidekiq-cron has it by default.
 */
export const wordsAsCron = (text: string): Heard | undefined => {
  if (text.length > LONGEST) return undefined;
  try {
    const said = readSentence(new Reader(text));
    return said && cronOf(said);
  } catch (error) {
    if (error instanceof NotSaid) return undefined;
    throw error;
  }
};

const cronOf = (said: readonly (Saying | TimeSaying)[]): Heard => {
  const times: TimeSaying[] = [];
  const dropped: string[] = [];
  const others = new Map<Subject, Saying>();
  for (const saying of said) {
    if (saying.about === "time") {
      times.push(saying);
      continue;
    }
    if (saying.about === "nothing") {
      dropped.push(...valuesOf(saying.values).map(String));
      continue;
    }
    const before = others.get(saying.about);
    others.set(saying.about, before ? joined(before, saying) : saying);
  }
  const hasDays = others.has("monthDay") || others.has("weekday");
  if ((hasDays || others.has("month")) && times.length === 0) {
    times.push({ about: "time", hours: 0, minutes: 0 });
  }
  if (others.has("month") && !hasDays) others.set("monthDay", { about: "monthDay", values: 1 });
  const valuesFor = (subject: Subject): readonly Written[] => valuesOf(others.get(subject)?.values ?? "*");
  const { hours, minutes, leftOut } = firstTime(times);
  const seconds = others.has("second") ? [valuesFor("second")] : [];
  const zone = others.has("zone") ? [valuesFor("zone")] : [];
  const fields = [
    ...seconds,
    minutes,
    hours,
    valuesFor("monthDay"),
    valuesFor("month"),
    valuesFor("weekday"),
    ...zone,
  ];
  return { cron: fields.map((values) => values.join(",")).join(" "), leftOut: [...dropped, ...leftOut] };
};

interface Time {
  readonly hours: readonly Written[];
  readonly minutes: readonly Written[];
  readonly leftOut: readonly string[];
}

/** The first hours, with all the minutes that are said with just these hours. */
const firstTime = (times: readonly TimeSaying[]): Time => {
  if (times.length === 0) return { hours: ["*"], minutes: ["*"], leftOut: [] };
  const hoursOf = new Map<Written, Written[]>();
  for (const { hours, minutes } of withoutGrades(times)) {
    for (const minute of valuesOf(minutes)) {
      hoursOf.set(minute, [...(hoursOf.get(minute) ?? []), ...valuesOf(hours)]);
    }
  }
  const entries = [...hoursOf].map(([minute, hours]) => ({ minute, hours, key: sortedText(hours) }));
  const [first] = entries;
  if (!first) throw new NotSaid();
  return {
    hours: first.hours,
    minutes: entries.filter(({ key }) => key === first.key).map(({ minute }) => minute),
    leftOut: entries
      .filter(({ key }) => key !== first.key)
      .flatMap(({ minute, hours }) => timesInShort(hours, [minute])),
  };
};

/** What holds or gives way takes its neighbour in, until nothing does. */
const withoutGrades = (times: readonly TimeSaying[]): readonly TimeSaying[] => {
  const left = [...times];
  for (;;) {
    const i = left.findIndex(({ strong, weak }) => strong !== undefined || weak !== undefined);
    const graded = left[i];
    const other = left[i === 0 ? 1 : i - 1];
    if (!graded || !other) return left;
    left.splice(Math.max(0, i - 1), 2, joinedTimes(graded, other));
  }
};

const sortedText = (hours: readonly Written[]): string => {
  // fugit cannot order `*/2` and 12.
  if (new Set(hours.map((hour) => typeof hour)).size > 1) throw new NotSaid();
  return hours.toSorted((a, b) => (a < b ? -1 : Number(a > b))).join(",");
};
