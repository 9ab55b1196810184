/**
 * JSON without loss: integers beyond 2^53 become bigints instead of being rounded, and bigints are
 * written as plain integers. Ordinary text pays a look at every sixteenth character for it.
 */
import { randomBytes } from "node:crypto";
import { floatText, isWholeFloat } from "./float.ts";

// Sixteen digits in a row may be an integer above 2^53; fewer cannot.
const BIG_DIGITS = 16;
const QUOTE_OR_NUMBER = /"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;
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
  return mayBeBig(text) ? parseExact(text, value) : value;
};

/** No row of sixteen digits goes past every sixteenth character: a regular expression would read all of them, for every job. */
const mayBeBig = (text: string): boolean => {
  for (let at = BIG_DIGITS - 1; at < text.length; at += BIG_DIGITS) {
    if (isDigit(text, at) && digitsAround(text, at) >= BIG_DIGITS) return true;
  }
  return false;
};

const digitsAround = (text: string, at: number): number => {
  let from = at;
  let to = at + 1;
  while (isDigit(text, from - 1)) from--;
  while (isDigit(text, to)) to++;
  return to - from;
};

const isDigit = (text: string, at: number): boolean => {
  const code = text.charCodeAt(at);
  return code >= 48 && code <= 57;
};

const parseExact = (text: string, plain: unknown): unknown => {
  const marked = markBig(text);
  if (marked === undefined) return plain;
  return JSON.parse(marked, (_key, value: unknown) =>
    typeof value === "string" && value.startsWith(MARK) ? BigInt(value.slice(MARK.length)) : value,
  );
};

/** The text with its big integers as marked strings, or undefined if it has none. */
const markBig = (text: string): string | undefined => {
  let marked = "";
  let copied = 0;
  QUOTE_OR_NUMBER.lastIndex = 0;
  for (let match = QUOTE_OR_NUMBER.exec(text); match; match = QUOTE_OR_NUMBER.exec(text)) {
    const [token] = match;
    if (token === '"') QUOTE_OR_NUMBER.lastIndex = endOfString(text, match.index);
    else if (INTEGER.test(token) && !Number.isSafeInteger(Number(token))) {
      marked += `${text.slice(copied, match.index)}"${MARK}${token}"`;
      copied = QUOTE_OR_NUMBER.lastIndex;
    }
  }
  return copied > 0 ? marked + text.slice(copied) : undefined;
};

/**
 * Where the string that begins with the quote at `from` ends, behind its closing quote; `from` if it never does.
 * Not by a regular expression: one that steps over escapes runs out of stack at 8 MB.
 */
export const endOfString = (text: string, from: number): number => {
  let quote = text.indexOf('"', from + 1);
  while (quote !== -1 && isEscaped(text, quote)) quote = text.indexOf('"', quote + 1);
  return quote === -1 ? from : quote + 1;
};

const BACKSLASH = 92;

const isEscaped = (text: string, at: number): boolean => {
  let before = at;
  while (text.charCodeAt(before - 1) === BACKSLASH) before--;
  return (at - before) % 2 === 1;
};

/** Dumps as `JSON.stringify` does, bigints as integers, and what `float()` made with its fraction. */
export const dumpJson = (value: unknown): string => {
  // A program may have given bigints a toJSON, and then nothing throws here: they would become strings.
  if ("toJSON" in BigInt.prototype) return dumpExact(value);
  try {
    // Without a replacer, which would cost several times as much: bigints are rare.
    return JSON.stringify(value);
  } catch (error) {
    if (!(error instanceof TypeError && /BigInt|float\(\)/.test(error.message))) throw error;
    return dumpExact(value);
  }
};

const MARKED = new RegExp(`"${MARK}(-?\\d+(?:\\.0)?)"`, "g");

const dumpExact = (value: unknown): string =>
  JSON.stringify(markedFloat(value), function (this: Readonly<Record<string, unknown>>, key, inner: unknown) {
    // Not `inner`: by now it may be what a toJSON made of it.
    const original = this[key];
    if (typeof original === "bigint") return MARK + original;
    return typeof inner === "object" && inner !== null ? withMarkedFloats(inner) : inner;
  }).replaceAll(MARKED, "$1");

const markedFloat = (value: unknown): unknown => (isWholeFloat(value) ? MARK + floatText(value) : value);

/** Before JSON.stringify looks at them, because it asks their toJSON before the replacer. */
const withMarkedFloats = (holder: object): unknown => {
  if (Array.isArray(holder)) return holder.some(isWholeFloat) ? holder.map(markedFloat) : holder;
  if (!Object.values(holder).some(isWholeFloat)) return holder;
  return Object.fromEntries(Object.entries(holder).map(([key, value]) => [key, markedFloat(value)]));
};
