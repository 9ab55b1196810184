/** Temporal: that of Node from 26 on, else the polyfill, which costs 30 ms to load and so is loaded for the first date. */
import { createRequire } from "node:module";
import type { Temporal as TemporalNamespace } from "temporal-polyfill";

export type Temporal = typeof TemporalNamespace;

const require = createRequire(import.meta.url);

/** A call costs a look at globalThis, and Node keeps what it has loaded. */
export const temporal = (): Temporal =>
  (globalThis as { Temporal?: Temporal }).Temporal ??
  // The package is ESM: a namespace, whose export is typed by its own declarations.
  (require("temporal-polyfill") as { readonly Temporal: Temporal }).Temporal;

/** What a value is, whoever made it: a polyfill of another version too has these names. */
export const temporalKind = (value: object): string | undefined => {
  const tag: unknown = (value as { readonly [Symbol.toStringTag]?: unknown })[Symbol.toStringTag];
  return typeof tag === "string" && tag.startsWith("Temporal.") ? tag : undefined;
};
