/**
 * Text of jobs, of errors and of Redis as a terminal may show it. Control characters would colour it, move about in
 * it, name the window, or begin a line that nobody wrote; those that nobody sees hide what is there.
 */
import { INVISIBLE } from "@tsq/core/config";

/** Escapes what a terminal obeys or does not show, and line ends with it. */
export const terminalText = (text: string): string => text.replace(UNSAFE, escaped);

/** The same for a message of several lines. */
export const terminalLines = (text: string): string =>
  text.replace(UNSAFE, (character) => (character === "\n" ? character : escaped(character)));

/** The same for a text of JSON, whose line ends are escaped as they are. */
export const terminalJson = (json: string): string =>
  json.replace(IN_JSON, (all, code: string | undefined) => {
    if (code !== undefined) return `\\\\x${code.toLowerCase()}`;
    if (all === "\\r" || all === "\\b" || all === "\\f") return `\\${all}`;
    // Another escape of JSON, such as that of a quote or a line end.
    return all.startsWith("\\") ? all : `\\${escaped(all)}`;
  });

/** JSON that means the same, in characters that a terminal does not obey: what JSON leaves as it is becomes an escape of JSON. */
export const inertJson = (json: string): string => json.replace(LEFT_BY_JSON, jsonEscape);

// By its halves: JSON has no other escape.
const jsonEscape = (character: string): string =>
  Array.from(
    { length: character.length },
    (_, i) => `\\u${character.charCodeAt(i).toString(16).padStart(4, "0")}`,
  ).join("");

const UNSAFE = new RegExp(INVISIBLE, "gu");
// Those below a space JSON escapes itself; between its values, such as the end of a line, they belong to nobody.
const LEFT = String.raw`(?![\0-\x1f])${INVISIBLE}`;
const LEFT_BY_JSON = new RegExp(LEFT, "gu");
const IN_JSON = new RegExp(String.raw`\\u00([01][\da-f]|7f|[89][\da-f])|\\u[\da-f]{4}|\\.|${LEFT}`, "giu");

const NAMED: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };

const escaped = (character: string): string => {
  const code = character.codePointAt(0) ?? 0;
  const hex = code.toString(16);
  if (code > 0xffff) return `\\u{${hex}}`;
  return NAMED[character] ?? (code < 0x100 ? `\\x${hex.padStart(2, "0")}` : `\\u${hex.padStart(4, "0")}`);
};
