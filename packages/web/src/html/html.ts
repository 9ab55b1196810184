/**
 * Markup that is safe by construction: `html` escapes every value that is not markup already, and there is no other way
 * to make any. What comes out of Redis is hostile: whoever can push a job writes class names, arguments and messages.
 */
import { INVISIBLE } from "@tsq/core/config";

/** Markup. Only this file makes it, so that nobody can call text markup by mistake. */
class Markup {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  toString(): string {
    return this.#text;
  }
}

export type { Markup as Html };

/** What a template takes: markup as it is, text and numbers escaped, lists one after the other; nothing for the rest. */
export type Value = Markup | string | number | bigint | boolean | null | undefined | readonly Value[];

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

// Tabs and line feeds stay: a backtrace has them.
const UNSEEN = new RegExp(`(?![\\t\\n])${INVISIBLE}`, "gu");

/** Most of what there is: letters, digits and signs of ASCII, without those of ENTITIES. */
const PLAIN = /^[\t\n !#-%(-;=?-~]*$/;

/** Text in which nothing is hidden: what cannot be seen stands there as `\u202e`. */
export const visible = (text: string): string =>
  PLAIN.test(text)
    ? text
    : text.replace(UNSEEN, (character) => {
        const code = character.codePointAt(0) ?? 0;
        return code > 0xffff ? `\\u{${code.toString(16)}}` : `\\u${code.toString(16).padStart(4, "0")}`;
      });

/** What scripts are spelled with, and what names are isolated by in phrases: all that may stay of what cannot be seen. */
const OF_PHRASES = /[\u200c-\u200f\u2068\u2069]/;

/** A sentence that somebody else has put together, of phrases and perhaps of names as they are: nothing in it turns it round. */
export const visibleSentence = (text: string): string =>
  text.replace(UNSEEN, (character) => (OF_PHRASES.test(character) ? character : visible(character)));

const withoutMarkup = (text: string): string =>
  PLAIN.test(text) ? text : text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? "");

/**
 * Text that comes back with a form as it is: the value of a field, where what cannot be seen must not become what can. It
 * stands there by its number. NUL and halves of pairs are in no page.
 */
export const exact = (text: string): Markup =>
  new Markup(PLAIN.test(text) ? text : withoutMarkup(text).replace(UNSEEN, byNumber));

const byNumber = (character: string): string => {
  const code = character.codePointAt(0) ?? 0;
  // By their numbers these would be other characters to a browser.
  return code === 0 || (code >= 0x80 && code <= 0x9f) || (code >= 0xd800 && code <= 0xdfff)
    ? character
    : `&#x${code.toString(16)};`;
};

/**
 * Text of our own, such as a translated word. Its zero-width and bidi characters stay: Persian cannot be spelled
 * without them. Markup in it is text all the same.
 */
export const ownText = (text: string): Markup => new Markup(withoutMarkup(text));

/**
 * Makes markup of a template.
 *
 * @example
 * html`<b>${name}</b>`
 */
export const html = (strings: TemplateStringsArray, ...values: readonly Value[]): Markup => {
  // A page of Busy has ten thousand values: by index, since an iterator makes two objects of each.
  let text = strings[0] ?? "";
  for (let i = 0; i < values.length; i++) text += written(values[i]) + (strings[i + 1] ?? "");
  return new Markup(text);
};

/** The text of some markup without its elements: for attributes and titles, where they would be read aloud. */
export const asText = (value: Value): Markup =>
  // Signs of what came from Redis are escaped by now: what is left of these is ours.
  new Markup(written(value).replace(/<[^>]*>/g, ""));

/** No markup at all. */
export const NOTHING: Markup = new Markup("");

const written = (value: Value): string => {
  if (value instanceof Markup) return value.toString();
  if (typeof value === "string") return PLAIN.test(value) ? value : withoutMarkup(visible(value));
  if (value === null || value === undefined || typeof value === "boolean") return "";
  if (typeof value === "number") return String(value);
  // Whatever its type promises, it is not trusted.
  if (!Array.isArray(value)) return withoutMarkup(visible(String(value)));
  let text = "";
  for (const one of value as readonly Value[]) text += written(one);
  return text;
};

/** The beginning of a long text; what is left out is told by `…`. Cut before anything is made of it: a value may have 50 MB. */
export const cut = (text: string, longest: number): string =>
  text.length > longest ? `${text.slice(0, longest)}…` : text;
