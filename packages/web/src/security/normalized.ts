/** Texts without the ways in which they can be escaped, so that a value is found however a message writes it. */

/** A text without them, and where each of its UTF-16 units began; one more for the end. */
export interface Normalized {
  readonly text: string;
  readonly starts: readonly number[];
}

// Backslashes of any number, with `u00e9`, `u{e9}` or `xe9` behind them; bytes as in an address; a line end and the like.
const ESCAPED = /\\+(?:u([0-9a-f]{4})|u\{([0-9a-f]{1,6})\}|x([0-9a-f]{2}))?|((?:%[0-9a-f]{2})+)|(\p{Cc})/giu;
// `\n` is left as `n` where its backslash goes, and so is the line end itself.
const LETTERS: Readonly<Record<string, string>> = {
  "\t": "t",
  "\n": "n",
  "\v": "v",
  "\f": "f",
  "\r": "r",
  "\u0007": "a",
  "\b": "b",
  "\u001b": "e",
  "\0": "0",
};

/** The same for a value and for what writes it as JSON, as Ruby's `inspect`, or in an address, once or several times. */
export const normalized = (text: string): Normalized => {
  let plain = "";
  const starts: number[] = [];
  const add = (part: string, from: number, isSame: boolean): void => {
    for (let i = 0; i < part.length; i++) starts.push(isSame ? from + i : from);
    plain += part;
  };
  let end = 0;
  for (const found of text.matchAll(ESCAPED)) {
    add(text.slice(end, found.index), end, true);
    add(meantBy(found), found.index, false);
    end = found.index + found[0].length;
  }
  add(text.slice(end), end, true);
  starts.push(text.length);
  return { text: plain, starts };
};

const meantBy = ([, four, braced, two, bytes, control]: RegExpExecArray): string => {
  if (control !== undefined) return plainly(control);
  if (bytes !== undefined) return decoded(bytes);
  const code = Number.parseInt(four ?? braced ?? two ?? "", 16);
  return Number.isNaN(code) || code > 0x10_ff_ff ? "" : plainly(String.fromCodePoint(code));
};

const decoded = (bytes: string): string => {
  try {
    return decodeURIComponent(bytes).replaceAll(/[\p{Cc}\\]/gu, plainly);
  } catch {
    return bytes;
  }
};

const plainly = (char: string): string => (char === "\\" ? "" : (LETTERS[char] ?? char));
