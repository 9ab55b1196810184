/** What is pushed for an instant of an entry (WIRE §12.5). */
import { randomUUID } from "node:crypto";
import { isRecord, OLD_WRAPPER } from "@tsq/core/protocol";
import type { JsonValue, PushItem, Runnable } from "@tsq/core";
import { classOptionsOf } from "../entry/class-options.ts";
import type { EntryFields } from "../entry/fields.ts";

/** The member of a payload whose end is written down: the key of its entry. Ruby keeps it and makes nothing of it. */
export const MARK = "tsq_cron";

/**
 * @param known what runs the class in this process: its options count where the entry's message has none
 */
export const cronItem = (entry: EntryFields, known: Runnable | undefined, nowMs: number): PushItem => {
  const args = entry.hasDateArgument ? [...entry.args, floatSeconds(nowMs)] : entry.args;
  const { args: _, class: __, queue: ___, retry: ____, ...rest } = entry.message;
  const ofClass = classOptionsOf(known);
  const options = {
    ...ofClass.options,
    ...rest,
    ...(entry.retry === undefined ? {} : { retry: entry.retry }),
  };
  const queue = entry.message["queue"] === undefined ? (ofClass.queue ?? entry.queue) : entry.queue;
  if (!entry.isActiveJob && !ofClass.isActiveJob) {
    // In Ruby's order of both: middleware sees it.
    return known
      ? { ...options, queue, args, class: entry.class }
      : { ...options, queue, class: entry.class, args };
  }
  const prefix = entry.queuePrefix || ofClass.prefix;
  const delimiter = entry.queueDelimiter || ofClass.delimiter || "_";
  const prefixed = prefix === "" ? queue : `${prefix}${delimiter}${queue}`;
  return {
    ...options,
    queue: prefixed,
    // Every generation runs it.
    class: OLD_WRAPPER,
    wrapped: entry.class,
    description: entry.description,
    args: [
      {
        job_class: entry.class,
        job_id: randomUUID(),
        queue_name: prefixed,
        arguments: entry.hasSymbolKeys ? args.map(withSymbolKeys) : args,
      },
    ],
  };
};

/** As Ruby writes a Float: a whole number would come out as an Integer. */
const floatSeconds = (ms: number): number => (ms % 1_000 === 0 ? ms + 0.5 : ms) / 1_000;

/** A hash whose keys are symbols, as ActiveJob writes it. */
const withSymbolKeys = (value: JsonValue): JsonValue =>
  // What is no list and no scalar is a hash.
  isRecord(value) ? { ...(value as Record<string, JsonValue>), _aj_symbol_keys: Object.keys(value) } : value;
