/** A value from outside, as a refusal shows it. */
import { dumpJson } from "../wire/json.ts";

/** In full: as JSON where it can be, else as text. */
export const inspect = (value: unknown): string => {
  // JSON has null for them.
  if (typeof value === "number" || (value instanceof Date && Number.isNaN(value.getTime())))
    return String(value);
  try {
    return dumpJson(value) ?? plain(value);
  } catch {
    return plain(value);
  }
};

/** What has no prototype cannot be made text, and a class may have a toString() that fails. */
const plain = (value: unknown): string =>
  isObject(value) ? Object.prototype.toString.call(value) : String(value);

const isObject = (value: unknown): boolean => typeof value === "object" && value !== null;

const LONGEST_VALUE = 80;

/** Short, in words where its text would say little, else in backticks. */
export const shown = (value: unknown): string => {
  if (value === null || value === undefined) return "nothing";
  if (typeof value === "function") return "a function";
  if (value instanceof Map) return value.size > 0 ? "a mapping" : "an empty mapping";
  if (value instanceof Date && !Number.isNaN(value.getTime())) return `the date ${value.toISOString()}`;
  if (!Array.isArray(value)) return quoted(inspect(value));
  if (value.length === 0) return "an empty list";
  return value.every(isPlain) ? quoted(`[${value.join(", ")}]`) : "a list";
};

/** What a list shows of it, it shows in full. */
const isPlain = (value: unknown): boolean => /^(?:string|number|bigint|boolean)$/.test(typeof value);

/** In backticks, and only its beginning when it is long. */
export const quoted = (text: string, longest = LONGEST_VALUE): string =>
  `\`${text.length > longest ? `${text.slice(0, longest)}…` : text}\``;
