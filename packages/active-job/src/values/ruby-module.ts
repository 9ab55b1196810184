/** Classes and modules of Ruby, by their names. */
import { ConfigError } from "@tsq/core";
import { shown } from "@tsq/core/config";

// As Ruby's `constantize` takes it; letters beyond ASCII as they come.
const CONSTANT = /^(?:::)?[\p{Lu}\p{Lt}][\w\u{80}-\u{10ffff}]*(?:::[\p{Lu}\p{Lt}][\w\u{80}-\u{10ffff}]*)*$/u;

/** A class or module of Ruby: `new RubyModule("Billing::Invoice")`. Rails from 6.1 knows it. */
export class RubyModule {
  /** As Ruby's `name` gives it. */
  readonly name: string;

  /** @throws ConfigError when it is no name of a constant */
  constructor(name: string) {
    // From JavaScript anything can come.
    const given: unknown = name;
    if (typeof given !== "string" || !CONSTANT.test(given)) {
      throw new ConfigError(
        `Expected the name of a class or module of Ruby, got ${shown(given)}. Pass one such as "Billing::Invoice".`,
      );
    }
    this.name = name;
  }

  toString(): string {
    return this.name;
  }

  toJSON(): string {
    return this.name;
  }
}
