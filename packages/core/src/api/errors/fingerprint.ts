/** What errors have in common: the message without what differs from job to job, and a name for all that share it. */
import { createHash } from "node:crypto";
import type { JobRecord } from "../job-record.ts";

/** A longer message differs in what is left out, or it is a page of HTML. */
const LONGEST = 400;

/**
 * What goes, in this order: a URL has numbers in it, and a quotation may hold anything. None of them begins again behind
 * where it has failed for long: a message may be of any length and made to be slow.
 */
const VARIABLE: readonly (readonly [RegExp, string])[] = [
  [/"[^"]{0,300}"/g, "…"],
  [/`[^`']{0,300}[`']/g, "…"],
  [/(?<![\p{L}\p{N}])'[^']{0,300}'/gu, "…"],
  [/\b[a-z][a-z0-9+.-]{1,20}:\/\/\S+/gi, "…"],
  [/[\w.+-]{1,64}@[\w-]{1,63}\.[\w.-]{1,63}/g, "…"],
  [/#<([\w:]{1,100})(?![\w:])[^>]{1,300}>/g, "#<$1…>"],
  [/\b0x[\da-f]+/gi, "…"],
  [/\b[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}\b/gi, "…"],
  [/(?=[\da-f:]{0,40}\d)(?:\b[\da-f]{1,4})?(?::[\da-f]{0,4}){3,7}\b/gi, "…"],
  [/\b(?=[\da-z_-]{0,100}\d)[\da-f]{8,}\b/gi, "…"],
  [/\b(?=[\da-z_]*\d[\da-z_]*\d)[\da-z_]{10,}\b/gi, "…"],
  [/[+-]?\d+(?:[.,:]\d+)*/g, "…"],
];

/** The first line of a message without numbers, ids, addresses and quotations; a `…` stands in their place. */
export const fingerprintOf = (message: string): string => {
  const end = message.search(/[\r\n]/);
  const line = message.slice(0, Math.min(end < 0 ? LONGEST : end, LONGEST));
  const bare = VARIABLE.reduce((text, [what, instead]) => text.replaceAll(what, instead), line);
  return bare
    .replaceAll(/…(?:[\s,;/.-]*…)+/g, "…")
    .replaceAll(/\s+/g, " ")
    .trim();
};

/** What a group of errors is of. */
export interface ErrorKind {
  /** Names the group: the same in every process and tomorrow, and the value of the filter's word `group:`. */
  readonly id: string;
  /** The job's class as the pages show it; empty when it has none. */
  readonly class: string;
  /** The class of the error. */
  readonly error: string;
  /** The message without what differs from job to job. */
  readonly fingerprint: string;
}

/** Undefined of a job that has not failed. */
export const errorKindOf = (job: JobRecord): ErrorKind | undefined => {
  const { error_class: error, error_message: message } = job.payload ?? {};
  if (typeof error !== "string" && typeof message !== "string") return undefined;
  const of = {
    class: job.displayClass ?? "",
    error: typeof error === "string" ? error : "",
    fingerprint: fingerprintOf(typeof message === "string" ? message : ""),
  };
  const id = createHash("sha1")
    .update(JSON.stringify(Object.values(of)))
    .digest("hex")
    .slice(0, 16);
  return { id, ...of };
};
