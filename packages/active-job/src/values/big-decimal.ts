/** Decimals of Ruby, which no number of JavaScript holds exactly. */
import { ConfigError } from "@tsq/core";
import { shown } from "@tsq/core/config";

// As Ruby's `BigDecimal()` takes it: an underscore between two digits, and digits behind a point.
const DECIMAL = /^[+-]?(?=[.\d])(?:\d+(?:_\d+)*)?(?:\.\d+(?:_\d+)*)?(?:[eE][+-]?\d+)?$/;
const NO_NUMBER = new Set(["NaN", "Infinity", "-Infinity"]);

/**
 * A BigDecimal of Ruby, as its exact text. For sums use a library of decimals: `new Decimal(String(price))`.
 * Rails from 7.1 knows it; for an older one pass `String(price)`, as that Rails itself writes it.
 *
 * @example
 * await charge.performLater(7, new BigDecimal("19.90"));
 */
export class BigDecimal {
  readonly #text: string;

  /** @throws ConfigError when it is no decimal */
  constructor(value: string | number | bigint) {
    const text = String(value);
    const isGiven = typeof value === "string" || typeof value === "number" || typeof value === "bigint";
    if (!isGiven || (!DECIMAL.test(text) && !NO_NUMBER.has(text))) {
      throw new ConfigError(
        `Expected a BigDecimal to be a decimal, got ${shown(value)}. Pass one such as "19.90".`,
      );
    }
    this.#text = text;
  }

  /** Exactly as Ruby wrote it, or as it was given. */
  toString(): string {
    return this.#text;
  }

  toJSON(): string {
    return this.#text;
  }

  /** The nearest number; what has more than 15 digits is rounded. */
  toNumber(): number {
    return Number(this.#text.replaceAll("_", ""));
  }
}
