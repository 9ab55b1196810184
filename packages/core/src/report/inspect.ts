/** A value from outside, as a refusal shows it. */
import { dumpJson } from "../wire/json.ts";

/** As JSON where it can be, else as text. */
export const inspect = (value: unknown): string => {
  // JSON has null for them.
  if (typeof value === "number" || (value instanceof Date && Number.isNaN(value.getTime())))
    return String(value);
  try {
    return dumpJson(value) ?? String(value);
  } catch {
    return String(value);
  }
};
