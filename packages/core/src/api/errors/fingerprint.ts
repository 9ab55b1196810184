/** What errors have in common: the message without what differs from job to job, and a name for all that share it. */
import { createHash } from "node:crypto";
import type { JobRecord } from "../job-record.ts";

/** A longer message differs in what is left out, or it is a page of HTML. */
const LONGEST = 400;

/**
 * What goes, in this order: a URL has numbers in it, and a quotation may hold anything. None of them begins again behind
 * where it has failed for long: a message may be of any length and made to be slow. Before each stands what all of them have
 * in them, which is found sooner: most messages have few of these, and of ten thousand jobs each is asked.
 */
const VARIABLE: readonly (readonly [sign: string | RegExp, what: RegExp, instead: string])[] = [
  ['"', /"[^"]{0,300}"/g, "…"],
  ["`", /`[^`']{0,300}[`']/g, "…"],
  ["'", /(?<![\p{L}\p{N}])'[^']{0,300}'/gu, "…"],
  ["://", /\b[a-z][a-z0-9+.-]{1,20}:\/\/\S+/gi, "…"],
  ["@", /[\w.+-]{1,64}@[\w-]{1,63}\.[\w.-]{1,63}/g, "…"],
  ["#<", /#<([\w:]{1,100})(?![\w:])[^>]{1,300}>/g, "#<$1…>"],
  ["0", /\b0x[\da-f]+/gi, "…"],
  ["-", /\b[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}\b/gi, "…"],
  [":", /(?=[\da-f:]{0,40}\d)(?:\b[\da-f]{1,4})?(?::[\da-f]{0,4}){3,7}\b/gi, "…"],
  [/[\da-f]{8}/i, /\b(?=[\da-z_-]{0,100}\d)[\da-f]{8,}\b/gi, "…"],
  [/[\da-z_]{10}/i, /\b(?=[\da-z_]*\d[\da-z_]*\d)[\da-z_]{10,}\b/gi, "…"],
  [/\d/, /[+-]?\d+(?:[.,:]\d+)*/g, "…"],
];

/** The first line of a message without numbers, ids, addresses and quotations; a `…` stands in their place. */
export const fingerprintOf = (message: string): string => {
  const end = message.search(/[\r\n]/);
  const line = message.slice(0, Math.min(end < 0 ? LONGEST : end, LONGEST));
  let bare = line;
  for (const [sign, what, instead] of VARIABLE) {
    const mayHave = typeof sign === "string" ? bare.includes(sign) : sign.test(bare);
    if (mayHave) bare = bare.replaceAll(what, instead);
  }
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

/** So many are remembered, and none that is longer: of others each is named anew. */
const MOST_KNOWN = 10_000;
const LONGEST_KNOWN = 1_000;

/** What errors are of, for one look through many jobs: most have the kind of one before them. */
export class ErrorKinds {
  readonly #known = new Map<string, ErrorKind>();

  /** Undefined of a job that has not failed. */
  of(job: JobRecord): ErrorKind | undefined {
    const { error_class: error, error_message: message } = job.payload ?? {};
    if (typeof error !== "string" && typeof message !== "string") return undefined;
    const of = {
      class: job.displayClass ?? "",
      error: typeof error === "string" ? error : "",
      fingerprint: fingerprintOf(typeof message === "string" ? message : ""),
    };
    const text = JSON.stringify(Object.values(of));
    const known = this.#known.get(text);
    if (known) return known;
    const kind = { id: createHash("sha1").update(text).digest("hex").slice(0, 16), ...of };
    if (this.#known.size < MOST_KNOWN && text.length <= LONGEST_KNOWN) this.#known.set(text, kind);
    return kind;
  }
}
