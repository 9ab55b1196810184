/** Whether a job is what one word of a filter means. */
import type { JobRecord } from "../job-record.ts";
import { ErrorKinds } from "../errors/fingerprint.ts";
import { instantOf } from "./filter-time.ts";
import type { FilterKind, FilterTerm } from "./filter-term.ts";

/** A job that is looked at. */
export interface Looked {
  readonly record: JobRecord;
  /** In a set its score, on a queue when it was put there, in milliseconds; NaN when it does not say. */
  readonly atMs: number;
  /** What "2h" is counted from. */
  readonly nowMs: number;
}

export type Matcher = (looked: Looked) => boolean;

/** What a word means, without its `-`. */
export const matcherOf = ({ kind, value, isPattern }: FilterTerm): Matcher =>
  MATCHERS[kind](value, comparison(value, isPattern));

type Same = (text: string | undefined) => boolean;

const MATCHERS: Readonly<Record<FilterKind, (value: string, same: Same) => Matcher>> = {
  class:
    (_, same) =>
    ({ record }) =>
      same(record.displayClass),
  queue:
    (_, same) =>
    ({ record }) =>
      same(record.queue),
  jid:
    (_, same) =>
    ({ record }) =>
      same(record.jid),
  error:
    (_, same) =>
    ({ record }) =>
      same(errorClassOf(record)),
  group: (_, same) => {
    const kinds = new ErrorKinds();
    return ({ record }) => same(kinds.of(record)?.id);
  },
  tag:
    (_, same) =>
    ({ record }) =>
      record.tags.some(same),
  after:
    (value) =>
    ({ atMs, nowMs }) =>
      atMs >= (instantOf(value, nowMs) ?? Infinity),
  before:
    (value) =>
    ({ atMs, nowMs }) =>
      atMs < (instantOf(value, nowMs) ?? -Infinity),
  text: (value) => {
    const fold = folding(value);
    const wanted = fold(value);
    const isWritten = PLAIN.test(value) && !"infinity".includes(value.toLowerCase());
    return ({ record }) => {
      if (isWritten) {
        const text = record.text;
        // Most jobs have it nowhere in their bytes, and need not be parsed to be left out.
        if (!fold(text).includes(wanted) && !isUnlike(text)) return false;
      }
      return fold(searchedText(record)).includes(wanted);
    };
  },
};

/**
 * What stands in a JSON text as it is, in names and in texts, if it stands in them at all. A number may be written in many ways,
 * so that it has to have something that is in none.
 */
const PLAIN = /^(?=.*[^\d+.e-])[\w :@#.,;=+*%$!?'()[\]{}<>&|~^-]+$/i;
/** Payloads whose texts may be written in other ways, or are shown as what they do not say. */
const isUnlike = (text: string): boolean => text.includes(String.raw`\u`) || text.includes('"encrypt"');

/** The class of the last error; undefined when the job has not failed. */
export const errorClassOf = ({ payload }: JobRecord): string | undefined => {
  const name = payload?.["error_class"];
  return typeof name === "string" ? name : undefined;
};

/** Who writes no capital means any case: as in ripgrep and vim. */
const folding = (wanted: string): ((text: string) => string) =>
  wanted === wanted.toLowerCase() ? (text) => text.toLowerCase() : (text) => text;

const comparison = (wanted: string, isPattern: boolean): Same => {
  const fold = folding(wanted);
  if (!isPattern) return (text) => text !== undefined && fold(text) === fold(wanted);
  const parts = fold(wanted).split("*");
  return (text) => text !== undefined && fits(fold(text), parts);
};

/** Part by part: no pattern costs more than a look from its beginning to its end. */
const fits = (text: string, parts: readonly string[]): boolean => {
  const [first = "", ...others] = parts;
  const last = others.pop() ?? "";
  if (!text.startsWith(first)) return false;
  let at = first.length;
  for (const part of others) {
    const found = text.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return text.length - last.length >= at && text.endsWith(last);
};

/** The arguments and the error's message; of what is no job all of it. */
const searchedText = (record: JobRecord): string => {
  const { payload } = record;
  if (!payload) return record.text;
  const texts = textsIn(record.displayArgs);
  const message = payload["error_message"];
  if (typeof message === "string") texts.push(message);
  return texts.join("\n");
};

/** All names and values, however deeply they are nested: a walk that calls itself would run out of stack. */
const textsIn = (args: readonly unknown[]): string[] => {
  const texts: string[] = [];
  const left: unknown[] = [args];
  while (left.length > 0) {
    const value = left.pop();
    if (typeof value === "object" && value !== null) {
      for (const [name, inner] of Object.entries(value)) {
        if (!Array.isArray(value)) texts.push(name);
        left.push(inner);
      }
    } else texts.push(String(value));
  }
  return texts;
};
