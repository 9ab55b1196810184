/**
 * The names of a job's options. As in Sidekiq a name of one's own travels in the payload, for a middleware or a
 * gem to read; one that is nearly a known one is a slip, whose default would be used without a word.
 */
import { InvalidJobError } from "../errors.ts";
import { isRecord, kindOf, nearest } from "../config/nearest.ts";
import type { JobOptions } from "../wire/payload.ts";
import { DEFINE_PLACES } from "./definition.ts";

const OPTIONS: Readonly<Record<keyof JobOptions, true>> = {
  queue: true,
  retry: true,
  retry_for: true,
  retry_queue: true,
  dead: true,
  backtrace: true,
  tags: true,
};

/** The fields that Sidekiq, Sidekiq Pro and Enterprise, and ActiveJob read from a payload. */
const FIELDS: readonly string[] = [
  "jid",
  "bid",
  "wrapped",
  "display_class",
  "log_level",
  "locale",
  "profile",
  "profiler_options",
  "encrypt",
  "expires_in",
  "unique_for",
  "unique_until",
  "lock",
  "created_at",
];

/** Which options decide how and where a job is pushed. */
export const SET_ONLY = ["wait", "wait_until", "sync", "client", "deadline", "pool", "at"] as const;

/** What other job libraries call it, where nobody would read it as a name of one's own. */
const ELSEWHERE_NAMED: Readonly<Record<string, string>> = {
  timeoutMs: "timeout",
  delay: "wait",
  in: "wait",
  runAt: "wait_until",
  attempts: "retry",
  maxRetries: "retry",
};

const KNOWN: readonly string[] = Object.keys(OPTIONS);

/**
 * @param of what has the options, such as `HardJob`
 * @param own further names that are known there
 * @param others names that are known elsewhere
 * @throws InvalidJobError when they are no object; naming the option and the one that was probably meant
 */
export const refuseMisspelled = (
  of: string,
  options: unknown,
  own: readonly string[],
  others: readonly string[] = [],
): void => {
  if (!isRecord(options)) {
    throw new InvalidJobError(
      `Expected the options of ${of} to be an object, got ${kindOf(options)}. Pass one such as \`{ queue: "low" }\`.`,
    );
  }
  const known = [...KNOWN, ...own];
  for (const name of Object.keys(options)) {
    if (known.includes(name) || FIELDS.includes(name)) continue;
    const foreign = ELSEWHERE_NAMED[name];
    const meant = foreign !== undefined && known.includes(foreign) ? foreign : nearest(name, known);
    const unit = foreign === "timeout" || foreign === "wait" ? ", in seconds" : "";
    const remedy = meant ? `Did you mean \`${meant}\`${unit}?` : elsewhere(foreign ?? name, others);
    if (remedy === undefined) continue;
    throw new InvalidJobError(
      `Expected options of ${of} by the names that Sidekiq and tsq know, got \`${name}\`. ${remedy}`,
    );
  }
};

/** What to do with a name that belongs to another place. */
const elsewhere = (name: string, others: readonly string[]): string | undefined =>
  others.includes(name) ? `\`${name}\` has no effect here: ${PLACES[name] ?? "leave it out"}.` : undefined;

const PLACES: Readonly<Record<string, string>> = {
  ...DEFINE_PLACES,
  wait: "give it to set(), or call performIn()",
  wait_until: "give it to set(), or call performAt()",
  sync: "give it to set(), or call performInline()",
};
