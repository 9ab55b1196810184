/** Hands a handler integers beyond 2^53 as its definition asks for them. */
import type { Handler } from "./job-context.ts";

/** How such integers arrive: exact as `bigint`, as `string`, or rounded as `number`. */
export type BigIntegers = "bigint" | "string" | "number";

export const withBigIntegers = <Args extends readonly unknown[]>(
  handler: Handler<Args>,
  as: BigIntegers,
): Handler<Args> => {
  // Parsed that way already.
  if (as === "bigint") return handler;
  return (job, ...args) =>
    handler(job, ...(args.map((arg) => converted(arg, as)) as readonly unknown[] as Args));
};

const converted = (value: unknown, as: "string" | "number"): unknown => {
  if (typeof value === "bigint") return as === "string" ? String(value) : Number(value);
  if (Array.isArray(value)) return value.map((inner) => converted(inner, as));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, converted(inner, as)]));
};
