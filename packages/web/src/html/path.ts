/** Paths within the dashboard, made of names that may hold anything. */
import { createHash } from "node:crypto";

/**
 * A path in which every value is one piece, whatever it holds.
 *
 * @example
 * path`/queues/${name}`
 */
export const path = (strings: TemplateStringsArray, ...values: readonly (string | number)[]): string =>
  strings.reduce((text, string, i) => text + encoded(values[i - 1] ?? "") + string);

/** The page of a job, wherever it is. */
export const jobPath = (jid: string): string => path`/jobs/${jid}`;

// What is longer, nobody has named so, and no server takes: a page of rows would be as many megabytes, several times a row.
const LONGEST = 1_000;

// Half a pair of surrogates cannot be encoded; such a link, and one that was cut, leads nowhere, which is better than no page.
const encoded = (value: string | number): string => {
  const text = String(value);
  return encodeURIComponent((DOTS.test(text) ? `~${text}` : text).slice(0, LONGEST).toWellFormed());
};

// A browser walks up such a piece, also where it is encoded, and never sends it.
const DOTS = /^~*\.{1,2}$/;

/** What a piece of a path stands for, once it is decoded. */
export const pieceOf = (text: string): string =>
  text.startsWith("~") && DOTS.test(text) ? text.slice(1) : text;

/** A path with a query of those that have a value; the path may have a query already. */
export const withQuery = (
  base: string,
  query: Readonly<Record<string, string | number | undefined>>,
): string => {
  const [bare = "", own = ""] = base.split("?");
  const params = new URLSearchParams(own);
  for (const [name, value] of Object.entries(query)) {
    if (value === undefined) params.delete(name);
    else params.set(name, String(value).toWellFormed());
  }
  const text = params.toString();
  return text ? `${bare}?${text}` : bare;
};

/** An id for an element that stands for something named so: a name from Redis may hold what no id can. */
export const idOf = (kind: string, name: string): string =>
  `${kind}-${createHash("sha1").update(name).digest("base64url").slice(0, 12)}`;
