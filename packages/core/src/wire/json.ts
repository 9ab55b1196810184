/**
 * JSON without loss: integers beyond 2^53 become bigints instead of being rounded, and bigints are
 * written as plain integers. Ordinary text pays one regular expression for it.
 */
import { randomBytes } from "node:crypto";

// Sixteen digits in a row may be an integer above 2^53; fewer cannot.
const MAYBE_BIG = /\d{16}/;
const TOKEN = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;
const INTEGER = /^-?\d+$/;

// A prefix that no text from outside can hold, because nobody outside knows it.
const MARK = `${randomBytes(12).toString("hex")}#`;

/**
 * Parses JSON; integers that a double cannot hold exactly come as bigint.
 *
 * @throws SyntaxError as `JSON.parse` does
 */
export const parseJson = (text: string): unknown => {
  const value: unknown = JSON.parse(text);
  return MAYBE_BIG.test(text) ? parseExact(text, value) : value;
};

const parseExact = (text: string, plain: unknown): unknown => {
  let found = false;
  const marked = text.replace(TOKEN, (token) => {
    if (token.startsWith('"') || !INTEGER.test(token) || Number.isSafeInteger(Number(token))) return token;
    found = true;
    return `"${MARK}${token}"`;
  });
  if (!found) return plain;
  return JSON.parse(marked, (_key, value: unknown) =>
    typeof value === "string" && value.startsWith(MARK) ? BigInt(value.slice(MARK.length)) : value,
  );
};

/** Dumps as `JSON.stringify` does, and bigints as integers. */
export const dumpJson = (value: unknown): string => {
  let big = false;
  const text = JSON.stringify(value, (_key, inner: unknown) => {
    if (typeof inner !== "bigint") return inner;
    big = true;
    return MARK + inner;
  });
  return big ? text.replaceAll(new RegExp(`"${MARK}(-?\\d+)"`, "g"), "$1") : text;
};
