/** Which errors a rule of a job is for: by class of JavaScript, by `code`, or by the name that Ruby has for it. */
import { InvalidJobError } from "@tsq/core";
import { shown } from "@tsq/core/config";

/** A class of errors. Its parameters do not matter. */
// oxlint-disable-next-line typescript/no-explicit-any -- no other type of parameters takes every class
export type ErrorClass = abstract new (...args: never[]) => unknown;

/**
 * A class, with its subclasses; or a text: the `code` of an error, or its name, such as `ECONNRESET`, `TimeoutError` or
 * `ActiveJob::DeserializationError`, or the name of a class above its own. `Error`, `"StandardError"` and `"Exception"`
 * are every error.
 */
export type ErrorMatch = ErrorClass | string;

/** Matches one error, without its causes. */
export type Matches = (error: unknown) => boolean;

const ALL: readonly unknown[] = [Error, "StandardError", "Exception"];

/** @throws InvalidJobError when it is neither a class nor a text */
export const matcherOf = (of: string, match: unknown): Matches => {
  if (ALL.includes(match)) return () => true;
  if (typeof match === "string" && match !== "") return (error) => namesOf(error).includes(match);
  // Arrow functions have no prototype, and nothing is their instance.
  if (typeof match === "function" && typeof match.prototype === "object" && match.prototype !== null)
    return (error) => error instanceof match;
  throw new InvalidJobError(
    `Expected an error of ${of} to be a class, a \`code\` or a name of Ruby's, got ${shown(match)}. Write one such as \`RateLimitError\` or "ActiveRecord::RecordNotFound".`,
  );
};

/** The name that Ruby's counters have for it. `Error` is Ruby's `StandardError`. */
export const rubyNameOf = (match: ErrorMatch): string => {
  if (typeof match === "string") return match;
  return match === Error ? "StandardError" : match.name;
};

const namesOf = (error: unknown): readonly string[] => {
  if (typeof error !== "object" || error === null) return [];
  try {
    const { code, name } = error as { readonly code?: unknown; readonly name?: unknown };
    const names = [code, name]
      .filter((one) => typeof one === "string" || typeof one === "number")
      .map(String);
    for (let at: unknown = Object.getPrototypeOf(error); at; at = Object.getPrototypeOf(at)) {
      const maker: unknown = (at as { readonly constructor?: unknown }).constructor;
      if (typeof maker === "function") names.push(maker.name);
    }
    return names;
  } catch {
    // What throws when it is read has no name.
    return [];
  }
};
