/** Checks a job's arguments as Sidekiq 7 and later do: native JSON types only, nothing that would change on the way. */
import { InvalidJobError } from "../errors.ts";
import { dumpJson } from "../wire/json.ts";

// Ruby's parser refuses deeper nesting, counting the payload and `args` themselves (WIRE §2.2).
const DEEPEST = 98;

/**
 * Checks and dumps the arguments in one go.
 *
 * @throws InvalidJobError naming the first argument that Ruby could not read back as it is
 */
export const dumpArgs = (jobClass: string, args: readonly unknown[]): string => {
  for (const value of args) check(jobClass, value, 0);
  return dumpJson(args);
};

/**
 * Checks what else travels in a payload: tags, options, keys that middleware added.
 *
 * @throws InvalidJobError when it holds half of a surrogate pair
 */
export const checkWellFormed = (jobClass: string, dumped: string): void => {
  // JSON.stringify writes a lone half as an escape, and nothing else; the even backslashes before are escaped ones.
  const half = /(?<!\\)(?:\\\\)*(\\ud[89a-f][0-9a-f]{2})/.exec(dumped)?.[1];
  if (half === undefined) return;
  throw new InvalidJobError(
    `The payload of ${jobClass} holds half of a surrogate pair, \`${half}\`, which Ruby cannot parse. ` +
      "Cut strings between characters, or call toWellFormed().",
  );
};

const check = (jobClass: string, value: unknown, depth: number): void => {
  switch (typeof value) {
    case "string":
      if (value.isWellFormed()) return;
      throw refusal(
        jobClass,
        `${JSON.stringify(value)} holds half of a surrogate pair, which Ruby cannot parse`,
        "Cut strings between characters, or call toWellFormed().",
      );
    case "number":
      if (Number.isFinite(value)) return;
      throw refusal(jobClass, `${value} is no JSON number`, "Pass null or a string.");
    case "boolean":
    case "bigint":
      return;
    case "object":
      if (value === null) return;
      if (depth >= DEEPEST)
        throw refusal(jobClass, `they nest deeper than ${DEEPEST} levels`, "Flatten them.");
      if (Array.isArray(value)) for (const inner of value) check(jobClass, inner, depth + 1);
      else checkObject(jobClass, value, depth);
      return;
    case "undefined":
    case "function":
    case "symbol":
      throw refusal(jobClass, `${String(value)} is ${article(typeof value)}`, "Pass null, or leave it out.");
  }
};

const checkObject = (jobClass: string, value: object, depth: number): void => {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== null && Object.getPrototypeOf(prototype) !== null) {
    throw refusal(
      jobClass,
      `${inspect(value)} is ${article(className(value))}`,
      "Pass a string, a number or a plain object.",
    );
  }
  for (const [key, inner] of Object.entries(value)) {
    check(jobClass, key, depth);
    check(jobClass, inner, depth + 1);
  }
};

// A class may be anonymous, and an object may have anything under `constructor`, or nothing.
const className = (value: object): string => {
  const { constructor } = value as { constructor?: { name?: unknown } | null };
  return typeof constructor?.name === "string" && constructor.name ? constructor.name : "class instance";
};

const refusal = (jobClass: string, what: string, remedy: string): InvalidJobError =>
  new InvalidJobError(`Job arguments to ${jobClass} must be native JSON types, but ${what}. ${remedy}`);

const article = (noun: string): string => (/^[aeiou]/i.test(noun) ? `an ${noun}` : `a ${noun}`);

const inspect = (value: object): string => {
  try {
    return JSON.stringify(value);
  } catch {
    return Object.prototype.toString.call(value);
  }
};
