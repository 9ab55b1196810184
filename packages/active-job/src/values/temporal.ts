/** Temporal: that of Node from 26 on, else the polyfill, which costs 30 ms to load and so is loaded for the first date. */
import { createRequire } from "node:module";
import type { Temporal as TemporalNamespace } from "temporal-polyfill";

export type Temporal = typeof TemporalNamespace;

const require = createRequire(import.meta.url);

/**
 * A Time, a DateTime or a TimeWithZone of Ruby: a `Temporal.ZonedDateTime`, in the zone that Ruby named or with its
 * offset. `new Date(time.epochMilliseconds)` is the Date of it, without its nanoseconds and its zone.
 */
export type RubyTime = TemporalNamespace.ZonedDateTime;

/** A Date of Ruby: a `Temporal.PlainDate`. */
export type RubyDate = TemporalNamespace.PlainDate;

/** Loads it at its first call. Node keeps what it has loaded, too, but to ask it each time costs 0.8 µs in place of 0.2. */
const polyfill = ((): (() => Temporal) => {
  let loaded: Temporal | undefined;
  // The package is ESM: a namespace, whose export is typed by its own declarations.
  return () => (loaded ??= (require("temporal-polyfill") as { readonly Temporal: Temporal }).Temporal);
})();

/**
 * The Temporal that arguments are made with: `globalThis.Temporal` where Node has it (from 26), else the package
 * `temporal-polyfill`, which is loaded at the first call.
 *
 * @example
 * const { ZonedDateTime } = temporal();
 * await remind.performLater(ZonedDateTime.from("2030-01-02T09:00[Europe/Berlin]"));
 */
export const temporal = (): Temporal => (globalThis as { Temporal?: Temporal }).Temporal ?? polyfill();

/** What a value is, whoever made it: a polyfill of another version too has these names. */
export const temporalKind = (value: object): string | undefined => {
  const tag: unknown = (value as { readonly [Symbol.toStringTag]?: unknown })[Symbol.toStringTag];
  return typeof tag === "string" && tag.startsWith("Temporal.") ? tag : undefined;
};
