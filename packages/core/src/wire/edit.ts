/**
 * Changes top-level members of a payload in its text and leaves every other byte alone, because
 * parsing and dumping turns Ruby's `[12345678901234567, 1.0]` into `[12345678901234568, 1]`.
 * The text must be valid JSON and an object: callers have parsed it.
 */

import { endOfString } from "./json.ts";

const SPACE = /[ \t\n\r]*/y;
const SCALAR = /[^,}\] \t\n\r]+/y;
// A run of what is no bracket and no string.
const INSIDE = /[^"{}[\]]+/y;

const OPEN_BRACE = 123;
const CLOSE_BRACE = 125;
const OPEN_BRACKET = 91;
const CLOSE_BRACKET = 93;
const QUOTE = 34;
const COMMA = 44;

/** JSON text to set for a key, or `null` to remove it. */
export type PayloadChanges = Readonly<Record<string, string | null>>;

interface Member {
  readonly key: string;
  /** Where the key's quote is. */
  readonly from: number;
  readonly valueFrom: number;
  readonly valueTo: number;
}

/**
 * Sets or removes top-level members. A key that occurs twice is changed in every place, so that
 * readers that take the first and readers that take the last agree.
 */
export const editPayload = (text: string, changes: PayloadChanges): string => {
  const all = [...members(text)];
  const stays = (member: Member): boolean => changeOf(changes, member.key) !== null;
  const lastKept = all.findLastIndex(stays);
  let out = "";
  let copied = 0;
  const replace = (from: number, to: number, value: string): void => {
    out += text.slice(copied, from) + value;
    copied = to;
  };
  all.slice(0, lastKept + 1).forEach((member, i) => {
    const change = changeOf(changes, member.key);
    if (typeof change === "string") replace(member.valueFrom, member.valueTo, change);
    // A member goes with the comma behind it; those after the last that stays go with the one before.
    else if (change === null) replace(member.from, all[i + 1]?.from ?? member.valueTo, "");
  });
  const last = all[lastKept];
  const end = all.at(-1)?.valueTo ?? text.indexOf("{") + 1;
  const added = newMembers(all, changes);
  replace(last?.valueTo ?? all[0]?.from ?? end, end, (last && added ? "," : "") + added);
  return out + text.slice(copied);
};

/** The same for a payload whose bytes may be no valid UTF-8: what is not changed stays byte for byte. */
export const editPayloadBytes = (payload: Buffer, changes: PayloadChanges): Buffer => {
  // One character per byte; JSON's own characters and the keys that are changed are ASCII.
  const values = Object.entries(changes).map(([key, value]) => [
    key,
    value === null ? null : Buffer.from(value, "utf8").toString("latin1"),
  ]);
  return Buffer.from(editPayload(payload.toString("latin1"), Object.fromEntries(values)), "latin1");
};

const changeOf = (changes: PayloadChanges, key: string): string | null | undefined =>
  Object.hasOwn(changes, key) ? changes[key] : undefined;

const newMembers = (all: readonly Member[], changes: PayloadChanges): string =>
  Object.entries(changes)
    .filter(([key, value]) => value !== null && !all.some((member) => member.key === key))
    .map(([key, value]) => `${JSON.stringify(key)}:${value}`)
    .join(",");

/** The JSON text of a top-level member, the first if it occurs twice; undefined if there is none. */
export const memberText = (text: string, key: string): string | undefined => {
  for (const member of members(text)) {
    if (member.key === key) return text.slice(member.valueFrom, member.valueTo);
  }
  return undefined;
};

function* members(text: string): Generator<Member> {
  let i = skip(SPACE, text, 0);
  if (text.charCodeAt(i) !== OPEN_BRACE) return;
  i = skip(SPACE, text, i + 1);
  while (text.charCodeAt(i) === QUOTE) {
    const from = i;
    i = endOfString(text, i);
    const key = keyOf(text.slice(from, i));
    i = skip(SPACE, text, i);
    const valueFrom = skip(SPACE, text, i + 1);
    const valueTo = skipValue(text, valueFrom);
    // No progress means the text is not JSON after all; better no edit than an endless loop.
    if (valueTo <= valueFrom) return;
    yield { key, from, valueFrom, valueTo };
    i = skip(SPACE, text, valueTo);
    if (text.charCodeAt(i) !== COMMA) return;
    i = skip(SPACE, text, i + 1);
  }
}

const keyOf = (quoted: string): string =>
  quoted.includes("\\") ? (JSON.parse(quoted) as string) : quoted.slice(1, -1);

const skip = (pattern: RegExp, text: string, from: number): number => {
  pattern.lastIndex = from;
  return pattern.test(text) ? pattern.lastIndex : from;
};

const skipValue = (text: string, from: number): number => {
  const first = text.charCodeAt(from);
  if (first === QUOTE) return endOfString(text, from);
  if (first !== OPEN_BRACE && first !== OPEN_BRACKET) return skip(SCALAR, text, from);
  let depth = 0;
  let i = from;
  while (i < text.length) {
    const code = text.charCodeAt(i);
    if (code === OPEN_BRACE || code === OPEN_BRACKET) {
      depth++;
      i++;
    } else if (code === CLOSE_BRACE || code === CLOSE_BRACKET) {
      depth--;
      i++;
      if (depth === 0) return i;
    } else {
      const next = code === QUOTE ? endOfString(text, i) : skip(INSIDE, text, i);
      if (next === i) return from;
      i = next;
    }
  }
  return from;
};
