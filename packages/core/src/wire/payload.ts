/** A job's payload: the JSON text in Redis is the job, this is what tsq reads of it (WIRE §2). */
import { MalformedPayloadError } from "../errors.ts";
import { wrappedClass } from "./active-job.ts";
import { parseJson } from "./json.ts";

/** What an argument or a member of a payload may be; integers beyond 2^53 are bigints. */
export type JsonValue =
  | string
  | number
  | bigint
  | boolean
  | null
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue };

/** The options of a job that travel in its payload, with Sidekiq's names and meanings (WIRE §2.1). */
export interface JobOptions {
  /** The queue it is pushed to. @default "default" */
  queue?: string;
  /**
   * How often a failed job runs again: `true` is 25 times, a number that many times, `0` sends it to the
   * dead set at its first failure, `false` drops it at its first failure. @default true
   */
  retry?: boolean | number;
  /** Retries until this many seconds after the first failure, instead of counting. At most 1e9. */
  retry_for?: number;
  /** Where retries are queued, if not where the job came from. */
  retry_queue?: string;
  /** `false` keeps an exhausted job out of the dead set. @default true */
  dead?: boolean;
  /** Keeps the error's stack in the payload: `true` all lines, a number the first lines. @default false */
  backtrace?: boolean | number;
  /** Labels shown in the dashboard and the log. */
  tags?: readonly string[];
}

/** A parsed payload. Unknown keys travel with the job and are kept at every hop. */
export interface Payload extends JobOptions {
  class: string;
  args: readonly JsonValue[];
  queue: string;
  jid: string;
  created_at?: number;
  enqueued_at?: number;
  failed_at?: number;
  retried_at?: number;
  retry_count?: number;
  error_class?: string | null;
  error_message?: string;
  error_backtrace?: string;
  wrapped?: string;
  [key: string]: unknown;
}

/** A payload from Redis: an object for certain, every field still to be looked at. */
export type RawPayload = Readonly<Record<string, unknown>>;

/**
 * Parses a payload's text.
 *
 * @throws MalformedPayloadError when it is no JSON or no object: the job can never run (WIRE §6.7, §6.8)
 */
export const parsePayload = (text: string): RawPayload => {
  let value: unknown;
  try {
    value = parseJson(text);
  } catch (error) {
    throw new MalformedPayloadError(`Expected a job's payload to be JSON: ${String(error)}`);
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    const kind = value === null ? "null" : Array.isArray(value) ? "an array" : `a ${typeof value}`;
    throw new MalformedPayloadError(`Expected a job's payload to be a JSON object, got ${kind}`);
  }
  return value as RawPayload;
};

/**
 * The name that is logged and counted: the job inside an ActiveJob wrapper, else the class (WIRE §8), so that metrics have
 * the names that Ruby gives them. Pages show another, `shownClass` of `api/job-display.ts`, as Sidekiq's do.
 */
export const displayClass = (payload: RawPayload): string => {
  const wrapped = wrappedClass(payload);
  if (wrapped !== undefined) return wrapped;
  const { class: name } = payload;
  // An object of JSON may hold what throws when it is made a text: `{"toString":1}`.
  return typeof name === "object" && name !== null ? "(no class)" : String(name);
};

/** A number, also one that is written as text; undefined when a payload holds anything else, or nothing finite. */
export const numberIn = (value: unknown): number | undefined => {
  const isText = typeof value === "string" && value.trim() !== "";
  const number =
    isText || typeof value === "number" || typeof value === "bigint" ? Number(value) : Number.NaN;
  return Number.isFinite(number) ? number : undefined;
};

/** What Ruby reads as nil, or finds no key for. */
export const isMissing = (value: unknown): boolean => value === undefined || value === null;

/** Ruby's truth: only `false`, `null` and absence are false; `0`, `""` and `[]` are true (WIRE §15.2). */
export const isTruthy = (value: unknown): boolean => value !== undefined && value !== null && value !== false;
