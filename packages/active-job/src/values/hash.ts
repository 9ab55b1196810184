/** Objects of JavaScript as hashes of Ruby: whose keys are strings, unless one of these says that they are not. */
import { ConfigError } from "@tsq/core";
import { shown } from "@tsq/core/config";
import { isPlain } from "@tsq/core/protocol";
import { INDIFFERENT, KEYWORDS, SYMBOL_KEYS } from "./marks.ts";
import { rememberHash } from "./ruby-form.ts";
import type { HashForm } from "./ruby-form.ts";

/**
 * The last argument of a job, as Ruby's keyword arguments: `perform(id, params: {})`. A plain object there is a hash,
 * and Ruby 3 refuses it for keywords.
 *
 * @returns a copy that is written so; a copy of that one is a plain object again
 * @throws ConfigError when it is no plain object
 * @example
 * await zalo.performLater(7, kwargs({ params: {} }));
 */
export const kwargs = <T extends object>(keywords: T): T => withSymbols("kwargs", keywords, KEYWORDS);

/**
 * A hash whose keys are symbols, `{ name: "Ada" }` as Ruby writes it; not those of the objects in it.
 *
 * @param keys those of its keys that are symbols. @default all, also such as are added later
 * @returns a copy that is written so; a copy of that one has string keys again
 * @throws ConfigError when it is no plain object, or the keys are no list
 */
export const symbolKeys = <T extends object>(hash: T, keys?: readonly (keyof T & string)[]): T =>
  withSymbols("symbolKeys", hash, SYMBOL_KEYS, keys);

/**
 * A hash that Ruby finds by symbols and by strings: `ActiveSupport::HashWithIndifferentAccess`. So are the objects in it.
 *
 * @returns a copy that is written so; a copy of that one has string keys
 * @throws ConfigError when it is no plain object
 */
export const indifferent = <T extends object>(hash: T): T =>
  rememberHash({ ...plain("indifferent", hash) }, INDIFFERENT);

const withSymbols = <T extends object>(
  maker: string,
  hash: T,
  mark: HashForm["mark"],
  keys?: readonly string[],
): T => {
  if (keys !== undefined && !(Array.isArray(keys) && keys.every((key) => typeof key === "string"))) {
    throw new ConfigError(
      `Expected the keys of ${maker}() to be a list of texts, got ${shown(keys)}. Write ${maker}(hash, ["name"]), or leave them out for all.`,
    );
  }
  return rememberHash({ ...plain(maker, hash) }, mark, keys ?? Object.keys(hash), keys === undefined);
};

/** A copy of anything else would lose what is in it, without a word. */
const plain = <T extends object>(maker: string, hash: T): T => {
  // From JavaScript anything can come.
  const given: unknown = hash;
  if (typeof given === "object" && given !== null && !Array.isArray(given) && isPlain(given)) return hash;
  throw new ConfigError(
    `Expected ${maker}() to get a plain object, got ${shown(given)}. Write ${maker}({ name: "Ada" }); of a Map \`Object.fromEntries(map)\`.`,
  );
};
