/** The methods and functions of Ruby that an expression in a config file may call on a value. */
import { integerIn, floatIn, parseFloatRuby, parseInteger, printed } from "../ruby-value.ts";
import type { RubyValue } from "../ruby-value.ts";

/** Makes the error that refuses an expression, from the reason and what to do. */
export type Refuse = (reason: string, remedy?: string) => Error;

type Call = (value: RubyValue, refuse: Refuse) => RubyValue;

/** What is called with a point: `ENV['X'].to_i`. Undefined for what tsq does not know. */
export const methodOf = (name: string): Call | undefined => METHODS.get(name);

/** What is called with brackets alone: `Integer(ENV['X'])`. */
export const functionOf = (name: string): Call | undefined => FUNCTIONS.get(name);

const METHODS: ReadonlyMap<string, Call> = new Map<string, Call>([
  ["to_s", (value) => printed(value)],
  [
    "to_i",
    (value, refuse) => {
      if (typeof value === "boolean") throw refuse(`\`${value}\` has no \`.to_i\``);
      if (value === null) return 0n;
      return typeof value === "string" ? parseInteger(value) : truncated(value, refuse);
    },
  ],
  [
    "to_f",
    (value, refuse) => {
      if (typeof value === "boolean") throw refuse(`\`${value}\` has no \`.to_f\``);
      return typeof value === "string" ? parseFloatRuby(value) : Number(value ?? 0);
    },
  ],
  // ActiveSupport's: nil for what is blank. Ruby too knows it only where ActiveSupport is loaded.
  [
    "presence",
    (value) =>
      value === false || (typeof value === "string" && /^\p{White_Space}*$/u.test(value)) ? null : value,
  ],
]);

const FUNCTIONS: ReadonlyMap<string, Call> = new Map<string, Call>([
  ["String", (value) => printed(value)],
  [
    "Integer",
    (value, refuse) => {
      if (typeof value === "bigint" || typeof value === "number") return truncated(value, refuse);
      const integer = typeof value === "string" ? integerIn(value) : undefined;
      if (integer === undefined) throw noNumber("Integer", value, refuse);
      return integer;
    },
  ],
  [
    "Float",
    (value, refuse) => {
      if (typeof value === "bigint" || typeof value === "number") return Number(value);
      const float = typeof value === "string" ? floatIn(value) : undefined;
      if (float === undefined) throw noNumber("Float", value, refuse);
      return float;
    },
  ],
]);

const truncated = (value: bigint | number, refuse: Refuse): bigint => {
  if (typeof value === "bigint") return value;
  if (!Number.isFinite(value)) throw refuse("infinity is no integer");
  return BigInt(Math.trunc(value));
};

const noNumber = (name: string, value: RubyValue, refuse: Refuse): Error => {
  const shown = value === null ? "nil" : JSON.stringify(value);
  return refuse(
    `\`${name}(${shown})\` is an error in Ruby too`,
    `Give a number, or a default: ENV.fetch('X', 5).`,
  );
};
