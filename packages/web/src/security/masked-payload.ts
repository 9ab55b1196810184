/** A payload as somebody may see it, apart from its arguments: by the names of keys, and its context as `mask` says. */
import { MASKED, maskedArgs, maskValue } from "./mask.ts";
import type { Mask, MaskedJob } from "./mask.ts";

type Fields = Readonly<Record<string, unknown>>;

/** What CurrentAttributes of Rails leave in a job, of each of their classes. */
const CONTEXT = /^cattr(?:_\d+)?$/;

/** The very same object where nothing of it is hidden. */
export const maskedPayload = (mask: Mask, payload: Fields, about: MaskedJob): Fields => {
  const named = maskValue(payload);
  // An object stays one.
  if (!isFields(named)) return payload;
  const contexts = Object.entries(named).flatMap(([key, value]) => {
    const shown = CONTEXT.test(key) ? maskedContext(mask, value, about) : value;
    return shown === value ? [] : [[key, shown] as const];
  });
  return contexts.length === 0 ? named : { ...named, ...Object.fromEntries(contexts) };
};

/** It is asked for as one argument, an object: what the mask leaves out of that is hidden, and what it adds is not shown. */
const maskedContext = (mask: Mask, context: unknown, about: MaskedJob): unknown => {
  const [shown = MASKED] = maskedArgs(mask, [context], about);
  if (shown === context) return context;
  if (!isFields(context) || !isFields(shown)) return MASKED;
  const seen = new Map(Object.entries(shown));
  const entries = Object.entries(context).map(
    ([key]) => [key, seen.has(key) ? seen.get(key) : MASKED] as const,
  );
  return entries.every(([key, value]) => value === context[key]) ? context : Object.fromEntries(entries);
};

const isFields = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);
