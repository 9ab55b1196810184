/** What somebody enqueues, as the arguments that ActiveJob would write for it. */
import type { JsonValue } from "@tsq/core";
import { shown } from "@tsq/core/config";
import { isPlain, isWholeFloat } from "@tsq/core/protocol";
import type { Temporal } from "temporal-polyfill";
import { SerializationError } from "./argument-errors.ts";
import { Fault, below } from "./argument-path.ts";
import { BigDecimal } from "./big-decimal.ts";
import { Duration, durationOf } from "./duration.ts";
import { GlobalID } from "./global-id.ts";
import {
  BIG_DECIMAL,
  DURATION,
  GLOBAL_ID,
  INDIFFERENT,
  MODULE,
  RANGE,
  SERIALIZED,
  SYMBOL,
  SYMBOL_KEYS,
  isReserved,
} from "./marks.ts";
import { canBeEnds } from "./range-ends.ts";
import { Range } from "./range.ts";
import { hashFormOf, writtenFormOf } from "./ruby-form.ts";
import type { HashForm, JsonObject } from "./ruby-form.ts";
import { RubyModule } from "./ruby-module.ts";
import { RubySymbol } from "./ruby-symbol.ts";
import type { ValueSettings } from "./settings.ts";
import { temporalKind } from "./temporal.ts";
import { writeDate, writeTemporal } from "./times.ts";
import { UnknownValue } from "./unknown-value.ts";
import { unsupported } from "./unsupported.ts";

/**
 * Encodes values as `arguments` of an ActiveJob payload.
 *
 * @throws SerializationError naming the place, what is there and what to pass instead
 */
export const encodeArguments = (
  values: readonly unknown[],
  settings: ValueSettings,
): readonly JsonValue[] => {
  try {
    return new Encoding(settings).list(values);
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    throw new SerializationError(error.message.replace("{}", () => error.path));
  }
};

// As deep as the payload may be, less what is around the arguments.
const DEEPEST = 95;

class Encoding {
  readonly #settings: ValueSettings;
  #depth = 0;

  constructor(settings: ValueSettings) {
    this.#settings = settings;
  }

  list(values: readonly unknown[]): readonly JsonValue[] {
    let copy: JsonValue[] | undefined;
    let at = 0;
    try {
      for (; at < values.length; at++) {
        const value = values[at];
        const encoded = this.#value(value);
        if (encoded !== value) (copy ??= values.slice() as JsonValue[])[at] = encoded;
      }
    } catch (error) {
      throw below(error, at);
    }
    // What has not changed is JSON.
    return copy ?? (values as readonly JsonValue[]);
  }

  #value(value: unknown): JsonValue {
    switch (typeof value) {
      case "string":
      case "boolean":
      case "bigint":
        return value;
      case "number":
        if (Number.isFinite(value)) return value;
        break;
      case "object":
        return value === null ? value : this.#deeper(value);
      case "undefined":
      case "function":
      case "symbol":
        break;
    }
    throw unsupported(value);
  }

  #deeper(value: object): JsonValue {
    if (++this.#depth > DEEPEST) {
      throw new Fault(
        `Unsupported argument: {} nests deeper than ${DEEPEST} levels, or in a circle. Flatten it.`,
      );
    }
    const encoded = Array.isArray(value) ? this.#array(value) : this.#object(value);
    this.#depth--;
    return encoded;
  }

  // A model may be one: its GlobalID then, and not what is in it.
  #array(value: readonly unknown[]): JsonValue {
    const written = writtenFormOf(value);
    return written ? unambiguous(written) : this.list(value);
  }

  #object(value: object): JsonValue {
    const form = hashFormOf(value);
    if (form) return this.#hash(value, form);
    const written = writtenFormOf(value);
    if (written) return unambiguous(written);
    const own = this.#settings.serializers?.find((serializer) => serializer.serializes(value));
    if (own) return { [SERIALIZED]: own.name, ...own.serialize(value) };
    return isPlain(value) ? this.#hash(value, STRING_KEYS) : this.#instance(value);
  }

  #hash(value: object, form: HashForm): JsonObject {
    const hash: Record<string, JsonValue> = {};
    const keys = Object.keys(value);
    // The cast only indexes: any object may be read by its own keys.
    const from = value as Readonly<Record<string, unknown>>;
    let key = "";
    try {
      for (key of keys) {
        if (isReserved(key))
          throw new Fault(`Can't serialize a Hash with reserved key "${key}": {}. Rename it.`);
        const encoded = this.#value(from[key]);
        if (key !== "__proto__") hash[key] = encoded;
        else Object.defineProperty(hash, key, { value: encoded, enumerable: true });
      }
    } catch (error) {
      throw below(error, key);
    }
    refuseSymbols(value);
    if (form.mark === "none") return hash;
    hash[form.mark] = form.mark === INDIFFERENT ? true : symbolKeysOf(value, keys, form);
    return hash;
  }

  #instance(value: object): JsonValue {
    // core writes it.
    if (isWholeFloat(value)) return value;
    if (value instanceof RubySymbol) return { [SERIALIZED]: SYMBOL, value: value.name };
    if (value instanceof GlobalID) return { [GLOBAL_ID]: value.uri };
    if (value instanceof BigDecimal) return { [SERIALIZED]: BIG_DECIMAL, value: String(value) };
    if (value instanceof RubyModule) return { [SERIALIZED]: MODULE, value: value.name };
    if (value instanceof UnknownValue) return value.json;
    if (value instanceof Range) return this.#range(value);
    if (value instanceof Duration) return writeDuration(value);
    if (value instanceof Date && !Number.isNaN(value.getTime())) return writeDate(value);
    const kind = temporalKind(value);
    // The cast is by its name: whoever made it, it has the fields of one.
    if (kind === "Temporal.Duration") return writeDuration(durationOf(value as Temporal.Duration));
    const json = kind === undefined ? undefined : writeTemporal(value, kind);
    if (json) return json;
    throw unsupported(value);
  }

  #range({ begin, end, excludeEnd }: Range): JsonObject {
    const from = this.#at("begin", begin);
    const to = this.#at("end", end);
    if (!canBeEnds(from, to)) {
      throw new Fault(
        `Unsupported argument: {} is a Range from ${shown(begin)} to ${shown(end)}, which Ruby cannot compare. Give it ends of one kind, or null for one of them.`,
      );
    }
    return { [SERIALIZED]: RANGE, begin: from, end: to, exclude_end: excludeEnd };
  }

  #at(key: string, value: unknown): JsonValue {
    try {
      return this.#value(value);
    } catch (error) {
      throw below(error, key);
    }
  }
}

const unambiguous = (written: JsonObject): JsonObject => {
  const uris = written[GLOBAL_ID];
  if (!Array.isArray(uris)) return written;
  throw new Fault(
    `Unsupported argument: {} is a model that \`globalId\` of configure() answered for several GlobalIDs, ${uris.join(", ")}. Pass the one that is meant: \`new GlobalID("${String(uris[0])}")\`.`,
  );
};

const STRING_KEYS: HashForm = { mark: SYMBOL_KEYS, symbolKeys: [], areAll: false };

/** Object.keys leaves them out, and so would the payload, without a word. */
const refuseSymbols = (value: object): void => {
  const found = Object.getOwnPropertySymbols(value).find((key) =>
    Object.prototype.propertyIsEnumerable.call(value, key),
  );
  if (found === undefined) return;
  throw new Fault(
    `Only string and symbol hash keys may be serialized as job arguments, but {} has the key ${String(found)} of JavaScript. Use symbolKeys() for symbols of Ruby.`,
  );
};

const symbolKeysOf = (
  value: object,
  keys: readonly string[],
  { symbolKeys, areAll }: HashForm,
): readonly string[] => {
  const areThere = symbolKeys.every((key) => Object.hasOwn(value, key));
  if (areAll) return areThere && symbolKeys.length === keys.length ? symbolKeys : keys;
  return areThere ? symbolKeys : symbolKeys.filter((key) => Object.hasOwn(value, key));
};

const writeDuration = ({ seconds, parts }: Duration): JsonObject => ({
  [SERIALIZED]: DURATION,
  value: seconds,
  parts: Object.entries(parts).map(([part, amount]) => [{ [SERIALIZED]: SYMBOL, value: part }, amount]),
});
