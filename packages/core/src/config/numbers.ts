/** Options that are numbers. */
import { LONGEST_TIMER_MS } from "../wire/time-limits.ts";
import { notAsExpected } from "./option.ts";
import type { Kind, Place } from "./option.ts";

interface Numbers {
  /** For the remedy: a number that would do. */
  readonly example: number;
  /** What to do instead, where that is not to write another number. */
  readonly remedy?: (value: unknown) => string | undefined;
}

/** An integer from `from`, up to `to` where there is a limit. */
export const integer = ({ from, to, ...rest }: Numbers & { from: number; to?: number }): Kind<number> => {
  const most = to === undefined ? "" : ` to ${to}`;
  return {
    ...numberKind(
      `an integer from ${from}${most}`,
      (value) => Number.isSafeInteger(value) && value >= from && value <= (to ?? Infinity),
      rest,
    ),
    takes: to === undefined ? `integer from ${from}` : `integer, ${from} to ${spaced(to)}`,
  };
};

/** Seconds that may have a fraction. With `above` they may not be that many. */
export const seconds = ({ to, ...rest }: Limits): Kind<number> => duration("seconds", to, rest);

/** Seconds for which a timer is set. */
export const timerSeconds = (rest: From & Numbers): Kind<number> =>
  duration("seconds", Math.floor(LONGEST_TIMER_MS / 1_000), rest);

/** Milliseconds for which a timer is set; a file and a flag give them in seconds, as Sidekiq's do. */
export const timerMs = ({ example, ...rest }: From & Numbers): Kind<number> => {
  const inMs = duration("milliseconds", LONGEST_TIMER_MS, { example: example * 1_000, ...rest });
  const written = timerSeconds({ example, ...rest });
  const { takes } = written;
  return { ...inMs, written: { takes, read: (value, place) => written.read(value, place) * 1_000 } };
};

type From = { readonly from: number } | { readonly above: number };
type Limits = From & Numbers & { readonly to: number };

const duration = (unit: string, to: number, { example, remedy, ...least }: From & Numbers): Kind<number> => {
  const isEnough = (value: number): boolean => ("from" in least ? value >= least.from : value > least.above);
  const [word, limit] = "from" in least ? (["from", least.from] as const) : (["above", least.above] as const);
  return {
    ...numberKind(
      `a number of ${unit} ${word} ${limit} to ${to}`,
      (value) => typeof value === "number" && isEnough(value) && value <= to,
      { example, ...(remedy && { remedy }) },
    ),
    takes: `${unit}, ${word === "from" ? "" : "above "}${limit} to ${spaced(to)}`,
  };
};

const numberKind = (
  expected: string,
  fits: (value: number) => boolean,
  { example, remedy }: Numbers,
): Pick<Kind<number>, "read" | "parse"> => ({
  read: (value: unknown, place: Place) => {
    // Every `fits` is false for what is no number.
    if (fits(value as number)) return value as number;
    throw notAsExpected(place, expected, value, remedy?.(value) ?? howToWrite(value, example));
  },
  parse: numberIn,
});

/** The number that a text is, if it is one as people write them, else the text. */
const numberIn = (text: string): string | number =>
  /^\s*[-+]?\d+(?:\.\d+)?\s*$/.test(text) ? Number(text) : text;

const howToWrite = (value: unknown, example: number): string =>
  typeof value === "string" && typeof numberIn(value) === "number"
    ? "Remove the quotes."
    : `Write a plain number such as ${example}, or remove it for the default.`;

/** As people read it: `1,000,000`. Not by toLocaleString(), which loads all of ICU for it. */
const spaced = (number: number): string => String(number).replaceAll(/\B(?=(?:\d{3})+$)/g, ",");
