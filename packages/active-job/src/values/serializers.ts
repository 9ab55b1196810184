/** What the serializers of Rails write, as values (WIRE §13.3). */
import { ConfigError } from "@tsq/core";
import { shown } from "@tsq/core/config";
import { Fault, below } from "./argument-path.ts";
import { BigDecimal } from "./big-decimal.ts";
import { Duration, isDurationPart } from "./duration.ts";
import type { DurationPart } from "./duration.ts";
import {
  BIG_DECIMAL,
  DATE,
  DATE_TIME,
  DURATION,
  MODULE,
  RANGE,
  SYMBOL,
  TIME,
  TIME_WITH_ZONE,
} from "./marks.ts";
import { Range } from "./range.ts";
import { rememberWritten } from "./ruby-form.ts";
import type { JsonObject } from "./ruby-form.ts";
import { RubyModule } from "./ruby-module.ts";
import { RubySymbol } from "./ruby-symbol.ts";
import { readDate, readTime } from "./times.ts";

/** Decodes what an object of a serializer holds. */
type Inner = (value: unknown) => unknown;

const textIn = ({ value }: JsonObject): string => {
  if (typeof value === "string") return value;
  throw new Fault(`has ${shown(value)} as its \`value\`, where Ruby writes a text. Mend what enqueued it.`);
};

/** What Ruby refuses as well is the fault of the data. */
const made = <T>(what: string, json: JsonObject, make: () => T): T => {
  try {
    return make();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    throw new Fault(`is ${shown(json)}, which is no ${what} of Ruby. Mend what enqueued it.`);
  }
};

const readDecimal = (json: JsonObject): BigDecimal => {
  const text = textIn(json);
  try {
    return new BigDecimal(text);
  } catch {
    throw new Fault(`is the BigDecimal ${shown(text)}, which is no decimal. Mend what enqueued it.`);
  }
};

const readRange = (json: JsonObject, inner: Inner): Range => {
  const [begin, end] = ["begin", "end"].map((key) => {
    try {
      return inner(json[key] ?? null);
    } catch (error) {
      throw below(error, key);
    }
  });
  const { exclude_end: excludeEnd } = json;
  // Enqueued again it is what Ruby wrote, whatever its ends are: Ruby has compared them.
  return rememberWritten(new Range(begin, end, { excludeEnd: excludeEnd === true }), json);
};

/** Numbers, or decimals: `BigDecimal("1.5").hours` has such a part. */
const numberOf = (value: unknown): number => {
  const number =
    value instanceof BigDecimal
      ? value.toNumber()
      : typeof value === "boolean" || value === null
        ? NaN
        : Number(value);
  if (Number.isFinite(number)) return number;
  throw new Fault(`has ${shown(value)} in a Duration, where Ruby writes a number. Mend what enqueued it.`);
};

const readDuration = (json: JsonObject, inner: Inner): Duration => {
  const { value, parts } = json;
  const pairs = inner(parts);
  if (!Array.isArray(pairs))
    throw new Fault(`has ${shown(parts)} as the \`parts\` of a Duration. Mend what enqueued it.`);
  const read: Partial<Record<DurationPart, number>> = {};
  for (const pair of pairs as readonly unknown[]) {
    const [part, amount] = Array.isArray(pair) ? (pair as readonly unknown[]) : [];
    const name = part instanceof RubySymbol ? part.name : "";
    if (!isDurationPart(name))
      throw new Fault(`has the part ${shown(part)}, which no Duration of Ruby has. Mend what enqueued it.`);
    read[name] = numberOf(amount);
  }
  return rememberWritten(new Duration(read, numberOf(value)), json);
};

/** By the names of the serializers. */
export const READERS: ReadonlyMap<string, (json: JsonObject, inner: Inner) => unknown> = new Map<
  string,
  (json: JsonObject, inner: Inner) => unknown
>([
  [SYMBOL, (json) => new RubySymbol(textIn(json))],
  [DATE, readDate],
  [TIME, readTime],
  [DATE_TIME, readTime],
  [TIME_WITH_ZONE, readTime],
  [DURATION, readDuration],
  [BIG_DECIMAL, readDecimal],
  [RANGE, readRange],
  [MODULE, (json) => made("class", json, () => new RubyModule(textIn(json)))],
]);
