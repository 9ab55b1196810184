/**
 * Text of jobs, of errors and of Redis as a terminal may show it. Control characters would colour it, move about in
 * it, name the window, or begin a line that nobody wrote; those that turn the direction of writing hide what is there.
 */

/** Escapes what a terminal obeys, and line ends with it. */
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

const jsonEscape = (character: string): string =>
  `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;

/* eslint-disable no-control-regex -- They are what is looked for. */
const UNSAFE = /[\0-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;
const LEFT_BY_JSON = /[\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;
const IN_JSON =
  /\\u00([01][\da-f]|7f|[89][\da-f])|\\u[\da-f]{4}|\\.|[\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069]/gi;
/* eslint-enable no-control-regex */

const NAMED: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };

const escaped = (character: string): string => {
  const code = character.charCodeAt(0);
  const hex = code.toString(16);
  return NAMED[character] ?? (code < 0x100 ? `\\x${hex.padStart(2, "0")}` : `\\u${hex.padStart(4, "0")}`);
};
