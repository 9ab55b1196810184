/**
 * The arguments that ActiveJob wrote, as what a handler gets. They are walked, and copied only where something in them
 * changes: to look first whether the text holds a mark at all costs more than the walk.
 */
import { ConfigError } from "@tsq/core";
import { shown } from "@tsq/core/config";
import { isTruthy } from "@tsq/core/protocol";
import { DeserializationError } from "./argument-errors.ts";
import { Fault, Unable, below } from "./argument-path.ts";
import { readGlobalId } from "./global-id.ts";
import { GLOBAL_ID, INDIFFERENT, KEYWORDS, SERIALIZED, SYMBOL_KEYS, isReserved } from "./marks.ts";
import { Models } from "./models.ts";
import { rememberHash } from "./ruby-form.ts";
import type { HashForm, JsonObject } from "./ruby-form.ts";
import { READERS } from "./serializers.ts";
import type { ValueSettings } from "./settings.ts";
import { UnknownValue } from "./unknown-value.ts";

/**
 * Decodes `arguments` of an ActiveJob payload.
 *
 * @returns the values; a promise of them only when models have to be found
 * @throws DeserializationError naming the place, what is wrong there and what to do; ConfigError for a GlobalID of an app
 * that has no resolver, where others have, and for what Ruby reads and this process does not; what a resolver throws, as it is
 */
export const decodeArguments = (
  list: readonly unknown[],
  settings: ValueSettings,
): readonly unknown[] | Promise<readonly unknown[]> => {
  const { globalId } = settings;
  if (!globalId) return decode(list, settings);
  const models = orRefused(() => new Models(list, globalId));
  return models.isEmpty ? decode(list, settings) : models.find().then(() => decode(list, settings, models));
};

const decode = (list: readonly unknown[], settings: ValueSettings, models?: Models): readonly unknown[] => {
  const decoding = new Decoding(settings, models);
  return orRefused(() => decoding.list(list));
};

/** A fault becomes an error with its place. */
const orRefused = <T>(run: () => T): T => {
  try {
    return run();
  } catch (error) {
    // No DeserializationError: `discardOn` may name that, and the job is not to blame.
    if (error instanceof Unable) throw new ConfigError(`${error.path} ${error.message}`);
    if (error instanceof Fault) throw new DeserializationError(error.path, error.message);
    throw error;
  }
};

// Ruby's parser refuses deeper nesting, so nothing that it wrote is deeper. It fails such a job and discards none.
const DEEPEST = 100;

class Decoding {
  readonly #settings: ValueSettings;
  readonly #models: Models | undefined;
  #depth = 0;

  constructor(settings: ValueSettings, models?: Models) {
    this.#settings = settings;
    this.#models = models;
  }

  list(list: readonly unknown[]): readonly unknown[] {
    let copy: unknown[] | undefined;
    let at = 0;
    try {
      for (; at < list.length; at++) {
        const value = list[at];
        if (typeof value !== "object" || value === null) continue;
        const decoded = this.#value(value);
        if (decoded !== value) (copy ??= list.slice())[at] = decoded;
      }
    } catch (error) {
      throw below(error, at);
    }
    return copy ?? list;
  }

  #value(value: unknown): unknown {
    if (typeof value !== "object" || value === null) return value;
    if (++this.#depth > DEEPEST) throw new Unable(`nests deeper than ${DEEPEST} levels. Flatten it.`);
    // The cast is of parsed JSON, which has no other objects.
    const decoded = Array.isArray(value) ? this.list(value) : this.#object(value as JsonObject);
    this.#depth--;
    return decoded;
  }

  #object(json: JsonObject): unknown {
    const keys = Object.keys(json);
    if (keys.length === 1 && keys[0] === GLOBAL_ID) return this.#globalId(json[GLOBAL_ID]);
    let mark: HashForm["mark"] = "none";
    for (const key of keys) {
      if (!isReserved(key)) continue;
      if (key === SERIALIZED) return this.#serialized(json);
      // Rails asks for the truth of a mark, not whether it is there.
      if (!isTruthy(json[key]) && key !== GLOBAL_ID) return this.#object(without(json, key));
      // The order in which Rails looks for them.
      if (key === INDIFFERENT) mark = key;
      else if (key === SYMBOL_KEYS && mark !== INDIFFERENT) mark = key;
      else if (key === KEYWORDS && mark === "none") mark = key;
    }
    return this.#hash(json, keys, mark);
  }

  #hash(json: JsonObject, keys: readonly string[], mark: HashForm["mark"]): object {
    const isMarked = mark !== "none";
    let hash: Record<string, unknown> | undefined = isMarked ? {} : undefined;
    let key = "";
    try {
      for (key of keys) {
        if (key === mark) continue;
        const value = json[key];
        const decoded = this.#value(value);
        if (decoded !== value) hash ??= { ...json };
        if (hash && (isMarked || decoded !== value)) setOwn(hash, key, decoded);
      }
    } catch (error) {
      throw below(error, key);
    }
    if (mark === "none") return rememberHash(hash ?? (Object.isExtensible(json) ? json : { ...json }), mark);
    if (mark === INDIFFERENT) return rememberHash(hash ?? json, mark);
    const symbolKeys = symbolKeysIn(json, mark);
    const areAll = symbolKeys.length > 0 && symbolKeys.length === keys.length - 1;
    return rememberHash(hash ?? json, mark, symbolKeys, areAll);
  }

  #serialized(json: JsonObject): unknown {
    const name = json[SERIALIZED];
    if (typeof name !== "string") {
      throw new Fault(
        `has ${shown(name)} as its \`${SERIALIZED}\`, where Ruby writes the name of a serializer. Mend what enqueued it.`,
      );
    }
    const own = this.#settings.serializers?.find((serializer) => serializer.name === name);
    if (own) return own.deserialize(json);
    const read = READERS.get(name);
    return read ? read(json, (value) => this.#value(value)) : new UnknownValue(name, json);
  }

  #globalId(uri: unknown): unknown {
    const globalId = readGlobalId(uri);
    return this.#models ? this.#models.get(globalId) : globalId;
  }
}

const without = (json: JsonObject, key: string): JsonObject => {
  const { [key]: _, ...rest } = json;
  return rest;
};

const symbolKeysIn = (json: JsonObject, mark: string): readonly string[] => {
  const symbolKeys = json[mark];
  if (isTexts(symbolKeys)) return symbolKeys;
  throw new Fault(
    `has ${shown(symbolKeys)} as its \`${mark}\`, where Ruby writes a list of texts. Mend what enqueued it.`,
  );
};

/** An assignment to `__proto__` would set the prototype, and lose the key. */
const setOwn = (hash: Record<string, unknown>, key: string, value: unknown): void => {
  if (key !== "__proto__") hash[key] = value;
  else Object.defineProperty(hash, key, { value, enumerable: true, configurable: true, writable: true });
};

const isTexts = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((one) => typeof one === "string");
