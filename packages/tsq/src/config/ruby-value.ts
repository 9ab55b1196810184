/** The values of the Ruby expressions in a config file, and what Ruby's operators and conversions make of them. */

/** nil, true and false, String, Integer (a bigint: Ruby's never overflow) and Float. */
export type RubyValue = null | boolean | string | bigint | number;

export type Sign = "+" | "-" | "*" | "/";

export const isTruthy = (value: RubyValue): boolean => value !== null && value !== false;

export const isNumber = (value: RubyValue): value is bigint | number =>
  typeof value === "bigint" || typeof value === "number";

/** Ruby's `==`: 1 is 1.0, but "1" is not 1. */
export const isEqual = (a: RubyValue, b: RubyValue): boolean =>
  isNumber(a) && isNumber(b) && typeof a !== typeof b ? Number(a) === Number(b) : a === b;

/** Integer with Integer stays Integer; the caller has refused an Integer divided by zero. */
export const calculate = (sign: Sign, a: bigint | number, b: bigint | number): bigint | number =>
  typeof a === "bigint" && typeof b === "bigint"
    ? integerResult(sign, a, b)
    : floatResult(sign, Number(a), Number(b));

/** As `to_s` prints it. */
export const printed = (value: RubyValue): string => {
  if (value === null) return "";
  return typeof value === "number" ? printedFloat(value) : String(value);
};

/** As `String#to_i`: the digits it begins with, else 0. */
export const parseInteger = (text: string): bigint =>
  BigInt(/^[ \t\n\v\f\r]*([-+]?\d+(?:_\d+)*)/.exec(text)?.[1]?.replaceAll("_", "") ?? 0);

/** As `String#to_f`: the number it begins with, else 0.0. */
export const parseFloatRuby = (text: string): number =>
  Number.parseFloat(LEADING_FLOAT.exec(text)?.[1]?.replaceAll("_", "") || "0") || 0;

const LEADING_FLOAT = /^[ \t\n\v\f\r]*([-+]?(?:\d+(?:_\d+)*)?(?:\.\d+(?:_\d+)*)?(?:[eE][-+]?\d+(?:_\d+)*)?)/;

/** As `Integer()` reads a text: the whole of it, in any of Ruby's notations; undefined where Ruby raises. */
export const integerIn = (text: string): bigint | undefined => {
  const [, sign, digits = ""] = /^[ \t\n\v\f\r]*([-+]?)(\w+)[ \t\n\v\f\r]*$/.exec(text) ?? [];
  const [, prefix, rest] = NOTATIONS.map((notation) => notation.exec(digits)).find((match) => match) ?? [];
  if (prefix === undefined || rest === undefined) return undefined;
  const value = BigInt((RADIX[prefix.toLowerCase()] ?? "") + rest.replaceAll("_", ""));
  return sign === "-" ? -value : value;
};

// Digits with single underscores between; a leading 0 alone is octal, as in C.
const NOTATIONS = [
  /^(0x)((?:[\da-f]+_)*[\da-f]+)$/i,
  /^(0b)((?:[01]+_)*[01]+)$/i,
  /^(0o|0_?)((?:[0-7]+_)*[0-7]+)$/i,
  /^(0d)((?:\d+_)*\d+)$/i,
  /^()(0|[1-9]\d*(?:_\d+)*)$/,
];
const RADIX: Readonly<Record<string, string>> = {
  "0x": "0x",
  "0b": "0b",
  "0o": "0o",
  "0": "0o",
  "0_": "0o",
  "0d": "",
  "": "",
};

/** As `Float()` reads a text, but for its hexadecimal notation. */
export const floatIn = (text: string): number | undefined =>
  WHOLE_FLOAT.test(text) ? Number(text.replaceAll("_", "")) : undefined;

const WHOLE_FLOAT =
  /^[ \t\n\v\f\r]*[-+]?(?:\d+(?:_\d+)*)?(?:(?<=\d)|(?=\.))(?:\.\d+(?:_\d+)*)?(?:[eE][-+]?\d+(?:_\d+)*)?[ \t\n\v\f\r]*$/;

const integerResult = (sign: Sign, a: bigint, b: bigint): bigint => {
  if (sign === "+") return a + b;
  if (sign === "-") return a - b;
  if (sign === "*") return a * b;
  // Ruby rounds down, JavaScript towards zero.
  return a / b - (a % b !== 0n && a < 0n !== b < 0n ? 1n : 0n);
};

const floatResult = (sign: Sign, a: number, b: number): number => {
  if (sign === "+") return a + b;
  if (sign === "-") return a - b;
  return sign === "*" ? a * b : a / b;
};

const printedFloat = (value: number): string => {
  if (!Number.isFinite(value)) return String(value);
  if (value === 0) return Object.is(value, -0) ? "-0.0" : "0.0";
  const size = Math.abs(value);
  if (size >= 1e-4 && size < 1e15) return Number.isInteger(value) ? `${value}.0` : String(value);
  const [mantissa = "", exponent = ""] = value.toExponential().split("e");
  const digits = exponent.slice(1).padStart(2, "0");
  return `${mantissa.includes(".") ? mantissa : `${mantissa}.0`}e${exponent[0]}${digits}`;
};
