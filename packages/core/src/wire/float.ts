/** Floats of Ruby that JavaScript would write as integers: `1.0`. */
import { ConfigError } from "../errors.ts";

// Across copies of this library, as when a loader brings its own.
const FLOAT: unique symbol = Symbol.for("tsq.float") as never;

/** Counts as a number; as JSON it is what `dumpJson` makes of it. */
class WholeFloat extends Number {
  readonly [FLOAT] = true;

  /** @throws TypeError always, as JSON.stringify does of a bigint: it has no way to write either. */
  toJSON(): never {
    throw new TypeError("Do not know how to serialize a float()");
  }
}

/**
 * A whole number that Ruby gets as Float: `1.0`, where `1` is an Integer. It may stand wherever a number may, in the
 * arguments of any job, and counts as one; but `typeof` says `object`, and JSON.stringify refuses it as it does a bigint.
 * A Float of Ruby arrives here as a plain number.
 *
 * @throws ConfigError when it is no finite number
 * @example
 * await rate.performAsync(float(1));
 */
export const float = (value: number): number => {
  if (typeof value !== "number" || !Number.isFinite(value)) {
    throw new ConfigError(
      `Expected float() to get a finite number, got \`${String(value)}\`. Pass null or a string.`,
    );
  }
  const isWritten = !Number.isInteger(value) || String(value).includes("e");
  // What has a fraction or an exponent is a Float anyway. The rest counts as a number, which is all that a caller's types say.
  return isWritten ? value : (new WholeFloat(value) as unknown as number);
};

/** Whether this is what `float()` made, and JSON.stringify would throw. */
export const isWholeFloat = (value: unknown): value is number =>
  typeof value === "object" && value !== null && (value as { [FLOAT]?: unknown })[FLOAT] === true;

/** `1.0`, `-0.0`. */
export const floatText = (made: number): string => {
  const value = made.valueOf();
  return `${Object.is(value, -0) ? "-0" : value}.0`;
};
