/** Objects of JavaScript as hashes of Ruby: whose keys are strings, unless one of these says that they are not. */
import { INDIFFERENT, KEYWORDS, SYMBOL_KEYS } from "./marks.ts";
import { rememberHash } from "./ruby-form.ts";
import type { HashForm } from "./ruby-form.ts";

/**
 * The last argument of a job, as Ruby's keyword arguments: `perform(id, params: {})`. A plain object there is a hash,
 * and Ruby 3 refuses it for keywords.
 *
 * @returns a copy that is written so; a copy of that one is a plain object again
 * @example
 * await zalo.performLater(7, kwargs({ params: {} }));
 */
export const kwargs = <T extends object>(keywords: T): T => withSymbols(keywords, KEYWORDS);

/**
 * A hash whose keys are symbols, `{ name: "Ada" }` as Ruby writes it; not those of the objects in it.
 *
 * @param keys those of its keys that are symbols. @default all, also such as are added later
 * @returns a copy that is written so; a copy of that one has string keys again
 */
export const symbolKeys = <T extends object>(hash: T, keys?: readonly (keyof T & string)[]): T =>
  withSymbols(hash, SYMBOL_KEYS, keys);

/**
 * A hash that Ruby finds by symbols and by strings: `ActiveSupport::HashWithIndifferentAccess`. So are the objects in it.
 *
 * @returns a copy that is written so; a copy of that one has string keys
 */
export const indifferent = <T extends object>(hash: T): T => rememberHash({ ...hash }, INDIFFERENT);

const withSymbols = <T extends object>(hash: T, mark: HashForm["mark"], keys?: readonly string[]): T =>
  rememberHash({ ...hash }, mark, keys ?? Object.keys(hash), keys === undefined);
