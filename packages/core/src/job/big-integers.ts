/** Hands a handler integers beyond 2^53 as its definition asks for them. */
import type { Handler } from "./job-context.ts";

/** How such integers arrive: exact as `bigint`, as `string`, or rounded as `number`. Smaller ones are numbers always. */
export type BigIntegers = "bigint" | "string" | "number";

/**
 * Anything if the arguments' types are true at run time, else a sentence that no handler is: on the wire 7n and 7 are
 * one, so an argument typed `bigint` alone would be a number below 2^53. A function of your own that hands a handler of
 * any arguments on to `defineJob` types it `Handler<Args> & HonestIntegers<Args>`.
 */
export type HonestIntegers<Args extends readonly unknown[]> =
  true extends HoldsBareBigint<Args>
    ? "An integer below 2^53 arrives as a number: type it `number | bigint`"
    : unknown;

/** At any depth up to five, which keeps recursive types from being followed for ever. */
type HoldsBareBigint<T, Depth extends readonly 1[] = []> = Depth["length"] extends 5
  ? false
  : unknown extends T
    ? false
    : [Extract<T, bigint>] extends [never]
      ? T extends string | number | boolean
        ? false
        : T extends object
          ? MembersHoldBareBigint<T, Depth>
          : false
      : [Extract<T, number>] extends [never]
        ? true
        : HoldsBareBigint<Exclude<T, bigint>, [...Depth, 1]>;

type MembersHoldBareBigint<T extends object, Depth extends readonly 1[]> = T extends (
  ...args: never
) => unknown
  ? false
  : true extends {
        [Key in keyof T]-?: HoldsBareBigint<T[Key], [...Depth, 1]>;
      }[T extends readonly unknown[] ? keyof T & number : keyof T]
    ? true
    : false;

export const withBigIntegers = <Args extends readonly unknown[]>(
  handler: Handler<Args>,
  as: BigIntegers,
): Handler<Args> => {
  // Parsed that way already.
  if (as === "bigint") return handler;
  return (job, ...args) => handler(job, ...(asBigIntegers(args, as) as Args));
};

/** Parsed arguments as a handler gets them. */
export const asBigIntegers = (args: readonly unknown[], as: BigIntegers): readonly unknown[] =>
  as === "bigint" ? args : args.map((arg) => converted(arg, as));

const converted = (value: unknown, as: "string" | "number"): unknown => {
  if (typeof value === "bigint") return as === "string" ? String(value) : Number(value);
  if (Array.isArray(value)) return value.map((inner) => converted(inner, as));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, converted(inner, as)]));
};
