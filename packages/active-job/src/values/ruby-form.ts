/**
 * What Ruby wrote for a value, kept beside the value: a handler that forwards what it was given changes nothing.
 * A copy of an object is another object, and has no form.
 */
import type { JsonValue } from "@tsq/core";
import { GLOBAL_ID } from "./marks.ts";
import type { INDIFFERENT, KEYWORDS, SYMBOL_KEYS } from "./marks.ts";

export type JsonObject = { readonly [key: string]: JsonValue };

/** The mark of a hash, and which of its keys are symbols. One that nobody marked has `none`. */
export interface HashForm {
  readonly mark: typeof SYMBOL_KEYS | typeof KEYWORDS | typeof INDIFFERENT | "none";
  /** Empty for the marks that list none. */
  readonly symbolKeys: readonly string[];
  /** Whether those were all its keys: then a key that is added later is a symbol as well. */
  readonly areAll: boolean;
}

/** What Ruby wrote, whole: of a value that nobody can change, or of a model. */
const WRITTEN = Symbol.for("tsq.rubyWritten.v1");
const HASH: unique symbol = Symbol.for("tsq.rubyHash.v1") as never;

// On globalThis, because a TypeScript loader may bring a second copy of this module. Not members of the values: those
// may be frozen, and belong to others.
const written = ((globalThis as { [WRITTEN]?: WeakMap<object, JsonObject> })[WRITTEN] ??= new WeakMap());

export const rememberWritten = <T extends object>(value: T, json: JsonObject): T => {
  written.set(value, json);
  return value;
};

/**
 * For a model that a resolver found. One that it answers for several GlobalIDs has all of them as its form: nobody knows
 * which one is meant when it is enqueued again.
 */
export const rememberModel = (model: object, uri: string): void => {
  const before = written.get(model)?.[GLOBAL_ID];
  const uris = Array.isArray(before)
    ? (before as readonly JsonValue[])
    : before === undefined
      ? []
      : [before];
  if (uris.includes(uri)) return;
  written.set(model, { [GLOBAL_ID]: uris.length === 0 ? uri : [...uris, uri].slice(0, MOST_URIS) });
};

const MOST_URIS = 3;

export const writtenFormOf = (value: object): JsonObject | undefined => written.get(value);

/** For an object of our own making. A hidden member of it costs a third of an entry in a WeakMap, and hashes are frequent. */
export const rememberHash = <T extends object>(
  hash: T,
  mark: HashForm["mark"],
  symbolKeys: readonly string[] = [],
  areAll = false,
): T => {
  const value: HashForm = { mark, symbolKeys, areAll };
  return Object.defineProperty(hash, HASH, { value, enumerable: false, configurable: true });
};

export const hashFormOf = (value: object): HashForm | undefined =>
  Object.hasOwn(value, HASH) ? (value as { readonly [HASH]?: HashForm })[HASH] : undefined;
