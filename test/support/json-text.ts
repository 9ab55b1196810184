/**
 * JSON as text, for properties: what `JSON.stringify` never writes, but Ruby and others do, is where an
 * editor of text goes wrong.
 */
import * as fc from "fast-check";

const SPACES = ["", "", "", "", " ", "\n", "\t", "\r\n", "  \n "] as const;

const NUMBERS = [
  "0",
  "-0",
  "1.0",
  "-1.50",
  "1e400",
  "-1e400",
  "1E+2",
  "100.0e-2",
  "9007199254740993",
  "12345678901234567890",
  "-12345678901234567890123",
  "1795451241069",
  "1795451241.0697975",
  "1234567890123456.7890123456789012",
] as const;

/** Pieces of a string between its quotes: what looks like structure, escapes of all kinds, and every script. */
const PIECES = [
  "{",
  "}",
  "[",
  "]",
  ":",
  ",",
  "/",
  " ",
  "aZ",
  "9",
  "-",
  "é",
  "日本",
  "😀",
  "\u2028",
  "\u2029",
  "\u007f",
  "\u0080",
  "\\\\",
  '\\"',
  "\\/",
  "\\b",
  "\\f",
  "\\n",
  "\\r",
  "\\t",
  "\\u0000",
  "\\u2028",
  "\\u00E9",
  "\\u0022",
  "\\u005c",
  "\\ud83d\\ude00",
  '\\",\\"queue\\":\\"stolen\\",\\"x\\":\\"',
  "12345678901234567890",
] as const;

/** The fields that tsq edits, spelled as usual and with an escape in them. */
const OWN_KEYS = [
  '"queue"',
  '"retry_count"',
  '"error_message"',
  '"args"',
  '"\\u0071ueue"',
  '"retry_\\u0063ount"',
];

const text = (pieces: readonly string[]): fc.Arbitrary<string> => fc.constantFrom(...pieces);

const quoted = (pieces: readonly string[]): fc.Arbitrary<string> =>
  fc.array(text(pieces), { maxLength: 8 }).map((all) => `"${all.join("")}"`);

export const stringText: fc.Arbitrary<string> = quoted(PIECES);

export const numberText: fc.Arbitrary<string> = fc.oneof(text(NUMBERS), fc.bigInt().map(String));

/**
 * Without a backslash among what it spells: V8 13.6 (Node 24) takes a key for one that it has met in an object before when
 * that one is how it is spelled. After `{"\\":1}` it reads `{"\/":1}` as `{"\\":1}`.
 */
const ownKeyText = quoted(PIECES.filter((piece) => piece !== "\\\\" && piece !== "\\u005c"));

const keyText = fc.oneof(text(OWN_KEYS), ownKeyText);

const padded = (inner: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc.tuple(text(SPACES), inner, text(SPACES)).map((parts) => parts.join(""));

const member = (value: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc.tuple(padded(keyText), padded(value)).map(([key, inner]) => `${key}:${inner}`);

const listText = (open: string, items: fc.Arbitrary<string>, close: string): fc.Arbitrary<string> =>
  fc
    .tuple(text(SPACES), fc.array(items, { maxLength: 5 }))
    .map(([space, all]) => open + (all.length > 0 ? all.join(",") : space) + close);

/** Any JSON value. */
export const valueText: fc.Arbitrary<string> = fc.letrec<{ value: string }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    text(["true", "false", "null"]),
    numberText,
    stringText,
    listText("[", padded(tie("value")), "]"),
    listText("{", member(tie("value")), "}"),
  ),
})).value;

/** Any JSON object, its keys possibly twice, possibly with space around it. */
export const objectText: fc.Arbitrary<string> = padded(listText("{", member(valueText), "}"));

/** One value in so many brackets and braces. */
export const nested = (depth: number, inner = "1"): string =>
  Array.from({ length: depth }).reduce<string>(
    (value, _, i) => (i % 2 === 0 ? `[${value}]` : `{"queue":${value}}`),
    inner,
  );
