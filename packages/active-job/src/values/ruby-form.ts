/**
 * What Ruby wrote for a value, kept beside the value: a handler that forwards what it was given changes nothing.
 * A copy of an object is another object, and has no form.
 */
import type { JsonValue } from "@tsq/core";
import type { INDIFFERENT, KEYWORDS, SYMBOL_KEYS } from "./marks.ts";

export type JsonObject = { readonly [key: string]: JsonValue };

/** The mark of a hash, and which of its keys are symbols. One that nobody marked has `none`. */
export interface HashForm {
  readonly kind: "hash";
  readonly mark: typeof SYMBOL_KEYS | typeof KEYWORDS | typeof INDIFFERENT | "none";
  /** Empty for the marks that list none. */
  readonly symbolKeys: readonly string[];
  /** Whether those were all its keys: then a key that is added later is a symbol as well. */
  readonly areAll: boolean;
}

/** The whole object, of a value that nobody can change. */
export interface WrittenForm {
  readonly kind: "written";
  readonly json: JsonObject;
}

export type RubyForm = HashForm | WrittenForm;

// On globalThis, because a TypeScript loader may bring a second copy of this module. Not a hidden member of the value:
// it may be frozen, and whoever compares or prints it would see the member.
const KEY = Symbol.for("tsq.rubyForms.v1");
const forms = ((globalThis as { [KEY]?: WeakMap<object, RubyForm> })[KEY] ??= new WeakMap());

export const remember = <T extends object>(value: T, form: RubyForm): T => {
  forms.set(value, form);
  return value;
};

export const formOf = (value: object): RubyForm | undefined => forms.get(value);
