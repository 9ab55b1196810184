/**
 * Arguments that travel as somebody wrote them: parsed and dumped, Ruby's `1.0` would become `1`.
 * They are an array as any other for checks and middleware, and carry their text.
 */
import { isPlain } from "../wire/plain.ts";
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

/** Nothing deeper is pushed. */
const DEEPEST = 100;

/**
 * The arguments as they are now, for a push that waits: its caller may change what was given. What is no JSON stays what it
 * is, for the check that refuses it, or for a middleware that makes something of it; what is in a circle stays so.
 */
export const takenArgs = (args: Written): readonly unknown[] => {
  const copies = new Map<object, unknown>();
  const takenFrom = (value: unknown, depth: number): unknown => {
    if (typeof value !== "object" || value === null || depth > DEEPEST) return value;
    const isList = Array.isArray(value);
    if (copies.has(value) || !(isList || isPlain(value))) return copies.get(value) ?? value;
    // The cast only indexes: an array may be read by its keys as any other object.
    const copy = (isList ? value.slice() : { ...value }) as Record<string, unknown>;
    copies.set(value, copy);
    for (const key of Object.keys(copy)) {
      const inner = copy[key];
      if (typeof inner === "object" && inner !== null) copy[key] = takenFrom(inner, depth + 1);
    }
    return copy;
  };
  const taken = takenFrom(args, 0) as unknown[];
  const text = args[TEXT];
  return text === undefined ? taken : Object.defineProperty(taken, TEXT, { value: text });
};

const strings = (json: string): number => {
  let count = 0;
  for (let at = json.indexOf('"'); at !== -1; at = json.indexOf('"', endOfString(json, at))) count++;
  return count;
};
