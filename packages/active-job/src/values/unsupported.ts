/** What cannot be an argument, and what to pass instead. */
import { Fault } from "./argument-path.ts";
import { temporalKind } from "./temporal.ts";

/** In Rails' words; `{}` is the place. */
export const unsupported = (value: unknown): Fault =>
  new Fault(`Unsupported argument type: ${typeName(value)}, {}. ${remedyFor(value)}`);

const typeName = (value: unknown): string => {
  if (typeof value === "number") return String(value);
  if (typeof value !== "object" || value === null) return typeof value;
  if (value instanceof Date) return "Invalid Date";
  return temporalKind(value) ?? className(value);
};

// A class may be anonymous, and an object may have anything under `constructor`, or nothing.
const className = (value: object): string => {
  const { constructor } = value as { constructor?: { name?: unknown } | null };
  return typeof constructor?.name === "string" && constructor.name
    ? constructor.name
    : "a class without a name";
};

const REMEDIES: Readonly<Record<string, string>> = {
  undefined: "Pass null, or leave it out.",
  function: "Leave it out.",
  symbol: 'Pass `symbol("name")` for a Symbol of Ruby.',
  number: "Pass null or a string.",
};

const remedyFor = (value: unknown): string => {
  const remedy = REMEDIES[typeof value];
  if (remedy) return remedy;
  if (value instanceof Map) return "Pass a plain object: `Object.fromEntries(map)`.";
  if (value instanceof Set) return "Pass an array: `[...set]`.";
  if (value instanceof Date) return "Pass a date that is one, or null.";
  if (temporalKind(value as object))
    return "Pass a Temporal.ZonedDateTime, Temporal.Instant or Temporal.PlainDate.";
  return "Pass a plain object, a GlobalID, or give its serializer to `configure({ serializers: […] })`.";
};
