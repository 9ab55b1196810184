/**
 * Arguments that travel as somebody wrote them: parsed and dumped, Ruby's `1.0` would become `1`.
 * They are an array as any other for checks and middleware, and carry their text.
 */
import { dumpJson, endOfString, parseJson } from "../wire/json.ts";

const TEXT = Symbol("text");

type Written = readonly unknown[] & { readonly [TEXT]?: string };

/**
 * Parses JSON text; `Client.push` writes an array of it byte for byte, unless a middleware changes it.
 *
 * @throws SyntaxError as `JSON.parse` does
 */
export const parseArgs = (text: string): unknown => {
  const value = parseJson(text);
  return Array.isArray(value) ? Object.defineProperty(value, TEXT, { value: text }) : value;
};

/** The text that these arguments were parsed from, if it still says what they do. */
export const writtenArgs = (args: Written, dumped: string): string | undefined => {
  const text = args[TEXT];
  if (text === undefined || dumpJson(parseJson(text)) !== dumped) return undefined;
  // A key that is there twice was parsed once; Ruby may refuse it (WIRE §2.2).
  return strings(text) === strings(dumped) ? text : undefined;
};

const strings = (json: string): number => {
  let count = 0;
  for (let at = json.indexOf('"'); at !== -1; at = json.indexOf('"', endOfString(json, at))) count++;
  return count;
};
