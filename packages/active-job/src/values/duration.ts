/** Durations of ActiveSupport, `1.month + 2.days`. */
import { ConfigError } from "@tsq/core";
import { shown } from "@tsq/core/config";
import { isWholeFloat } from "@tsq/core/protocol";
import type { Temporal } from "temporal-polyfill";
import { temporal } from "./temporal.ts";

/** How many seconds ActiveSupport takes each part for, in its order. */
const LENGTHS = {
  years: 31_556_952,
  months: 2_629_746,
  weeks: 604_800,
  days: 86_400,
  hours: 3_600,
  minutes: 60,
  seconds: 1,
} as const;

/** A part of a Duration, by its name in ActiveSupport. */
export type DurationPart = keyof typeof LENGTHS;

const PARTS = Object.keys(LENGTHS) as readonly DurationPart[];

export const isDurationPart = (name: string): name is DurationPart => Object.hasOwn(LENGTHS, name);

/**
 * An `ActiveSupport::Duration`: how long it is, and the parts by which Ruby counts in a calendar.
 *
 * @example
 * new Duration({ months: 1, days: -2 });
 */
export class Duration {
  /** Its length, with a month of 2,629,746 s and a year of 31,556,952 s. */
  readonly seconds: number;
  /** Those that it has; they may be fractions, and of different signs. */
  readonly parts: Readonly<Partial<Record<DurationPart, number>>>;

  /**
   * @param seconds @default the sum of the parts, as ActiveSupport has it
   * @throws ConfigError when a part has another name, or anything is no finite number
   */
  constructor(parts: Readonly<Partial<Record<DurationPart, number>>>, seconds?: number) {
    this.parts = checked(parts);
    const length = seconds ?? lengthOf(this.parts);
    if (!isFinite(length)) throw noNumber("seconds", length);
    this.seconds = length;
  }

  /**
   * The same as a `Temporal.Duration`, part by part. That has no fractions, but of seconds, and no parts of different
   * signs: where those of Ruby are such, it has years and months as months, and what is shorter as seconds; and if these
   * two still differ in sign, `seconds` alone.
   */
  toTemporal(): Temporal.Duration {
    const { Duration: Made } = temporal();
    const values = PARTS.map((part) => this.parts[part] ?? 0);
    const isWhole = values.every((value, at) => Number.isInteger(value) || PARTS[at] === "seconds");
    if (isWhole && haveOneSign(values)) {
      const { seconds = 0, ...longer } = this.parts;
      return Made.from({ ...longer, ...secondsOf(seconds) });
    }
    const [years = 0, months = 0] = values;
    const wholeMonths = years * 12 + months;
    const rest = lengthOf({ ...this.parts, years: 0, months: 0 });
    if (Number.isInteger(wholeMonths) && haveOneSign([wholeMonths, rest]))
      return Made.from({ months: wholeMonths, ...secondsOf(rest) });
    return Made.from(secondsOf(this.seconds));
  }

  /** As ISO 8601 where it can be, `P1M2D`. */
  toString(): string {
    return this.toTemporal().toString();
  }
}

/** A `Temporal.Duration` as parts of ActiveSupport, which has nothing shorter than seconds. */
export const durationOf = (value: Temporal.Duration): Duration => {
  const { milliseconds, microseconds, nanoseconds } = value;
  const fraction = milliseconds / 1e3 + microseconds / 1e6 + nanoseconds / NANOSECONDS;
  const amounts = PARTS.map((part) => [part, value[part] + (part === "seconds" ? fraction : 0)] as const);
  return new Duration(Object.fromEntries(amounts.filter(([, amount]) => amount !== 0)));
};

/** Without those that are undefined. */
const checked = (parts: Duration["parts"]): Duration["parts"] => {
  // From JavaScript anything can come.
  const given: unknown = parts;
  if (typeof given !== "object" || given === null || Array.isArray(given)) {
    throw new ConfigError(
      `Expected the parts of a Duration to be an object, got ${shown(given)}. Pass one such as { months: 1, days: -2 }.`,
    );
  }
  const entries = Object.entries(given).filter(([, amount]) => amount !== undefined);
  for (const [part, amount] of entries as readonly (readonly [string, unknown])[]) {
    if (!isDurationPart(part)) {
      throw new ConfigError(
        `Expected the parts of a Duration to be of ${PARTS.join(", ")}, got \`${part}\`. Pass one such as { weeks: 2 }.`,
      );
    }
    if (!isFinite(amount)) throw noNumber(part, amount);
  }
  return Object.fromEntries(entries);
};

/** A number, or one that `float()` made, which is an object. */
const isFinite = (amount: unknown): boolean => Number.isFinite(amount) || isWholeFloat(amount);

const noNumber = (part: string, amount: unknown): ConfigError =>
  new ConfigError(
    `Expected \`${part}\` of a Duration to be a finite number, got ${shown(amount)}. Pass one such as { hours: 2 }.`,
  );

const lengthOf = (parts: Readonly<Partial<Record<DurationPart, number>>>): number =>
  PARTS.reduce((sum, part) => sum + (parts[part] ?? 0) * LENGTHS[part], 0);

const haveOneSign = (values: readonly number[]): boolean =>
  !(values.some((value) => value > 0) && values.some((value) => value < 0));

const NANOSECONDS = 1_000_000_000;

/** A fraction of a second is nanoseconds: Temporal takes no other. */
const secondsOf = (value: number): { seconds: number; nanoseconds: number } => {
  const seconds = Math.trunc(value);
  return { seconds, nanoseconds: Math.round((value - seconds) * NANOSECONDS) };
};
