/** Symbols of Ruby. */
import { ConfigError } from "@tsq/core";
import { shown } from "@tsq/core/config";

/** A Symbol of Ruby, `:active`. As text it is its name. Two of one name are two objects: compare their names. */
export class RubySymbol {
  /** Without the colon. */
  readonly name: string;

  /** @throws ConfigError when it is no text */
  constructor(name: string) {
    // From JavaScript anything can come.
    const given: unknown = name;
    if (typeof given !== "string")
      throw new ConfigError(
        `Expected the name of a Symbol of Ruby to be a text, got ${shown(given)}. Pass one such as "welcome".`,
      );
    this.name = name;
  }

  toString(): string {
    return this.name;
  }

  toJSON(): string {
    return this.name;
  }
}

/**
 * A Symbol of Ruby: `:active` is `symbol("active")`.
 *
 * @throws ConfigError when it is no text
 * @example
 * await sendEmail.performLater(7, symbol("welcome"));
 */
export const symbol = (name: string): RubySymbol => new RubySymbol(name);
