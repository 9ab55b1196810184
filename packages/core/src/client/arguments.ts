/** Checks a job's arguments as Sidekiq 7 and later do: native JSON types only, nothing that would change on the way. */
import { InvalidJobError } from "../errors.ts";
import { inspect, quoted } from "../report/inspect.ts";
import { isWholeFloat } from "../wire/float.ts";
import { dumpJson } from "../wire/json.ts";
import { isPlain } from "../wire/plain.ts";

// Ruby's parser refuses deeper nesting, counting the payload and `args` themselves.
const DEEPEST = 98;

/**
 * Checks and dumps the arguments in one go.
 *
 * @throws InvalidJobError naming the first place that Ruby could not read back as it is: `args[0].zip`
 */
export const dumpArgs = (jobClass: string, args: readonly unknown[]): string => {
  for (let at = 0; at < args.length; at++) {
    if (!isNative(args[at], 0)) throw refusal(jobClass, `args[${at}]`, args[at]);
  }
  return dumpJson(args);
};

/**
 * Checks what else travels in a payload: tags, options, keys that middleware added.
 *
 * @throws InvalidJobError when it holds half of a surrogate pair
 */
export const checkWellFormed = (jobClass: string, dumped: string): void => {
  // JSON.stringify writes a lone half as an escape, and nothing else; the even backslashes before are escaped ones.
  const half = /(?<!\\)(?:\\\\)*(\\ud[89a-f][0-9a-f]{2})/.exec(dumped)?.[1];
  if (half === undefined) return;
  throw new InvalidJobError(
    `The payload of ${jobClass} holds half of a surrogate pair, \`${half}\`, which Ruby cannot parse. ` +
      "Cut strings between characters, or call toWellFormed().",
  );
};

/** Runs for every push and so only answers; `fault` looks again at what it refuses, and says what and where. */
const isNative = (value: unknown, depth: number): boolean => {
  switch (typeof value) {
    case "string":
      return value.isWellFormed();
    case "number":
      return Number.isFinite(value);
    case "boolean":
    case "bigint":
      return true;
    case "object":
      return value === null || (depth < DEEPEST && isNativeObject(value, depth + 1));
    case "undefined":
    case "function":
    case "symbol":
      break;
  }
  return false;
};

const isNativeObject = (value: object, depth: number): boolean => {
  if (Array.isArray(value)) {
    for (const inner of value) if (!isNative(inner, depth)) return false;
    return true;
  }
  if (!isPlain(value)) return isWholeFloat(value);
  // Not Object.entries, which makes an array for each key: what is saved pays for most of the look at symbols.
  for (const key in value) {
    if (!Object.hasOwn(value, key)) continue;
    // The cast only indexes: any object may be read by its own keys.
    if (!key.isWellFormed() || !isNative((value as Record<string, unknown>)[key], depth)) return false;
  }
  return symbolKey(value) === undefined;
};

/** JSON would leave it out in silence. One that cannot be enumerated is some library's own mark. */
const symbolKey = (value: object): symbol | undefined => {
  const symbols = Object.getOwnPropertySymbols(value);
  if (symbols.length === 0) return undefined;
  return symbols.find((symbol) => Object.prototype.propertyIsEnumerable.call(value, symbol));
};

interface Fault {
  readonly what: string;
  readonly remedy: string;
}

const refusal = (jobClass: string, path: string, value: unknown): InvalidJobError => {
  const { what, remedy } = fault(path, value, []) ?? {
    what: `${path} changed while it was read`,
    remedy: "Pass plain values.",
  };
  return new InvalidJobError(
    `Job arguments to ${jobClass} must be native JSON types, but ${what}. ${remedy}`,
  );
};

/** An object that holds what is looked at. */
interface Above {
  readonly path: string;
  readonly value: object;
}

const fault = (path: string, value: unknown, above: readonly Above[]): Fault | undefined => {
  if (typeof value === "object" && value !== null) return faultWithin(path, value, above);
  if (isNative(value, above.length)) return undefined;
  if (typeof value === "string") return halfCharacter(`${path} is`, value);
  if (typeof value === "number") {
    return { what: `${path} is ${value}, which is no JSON number`, remedy: "Pass null or a string." };
  }
  if (value === undefined) {
    const isKey = !path.endsWith("]") || path.endsWith('"]');
    const remedy = isKey ? "Pass null, or leave the key out." : "Pass null.";
    return { what: `${path} is undefined, which JSON does not know`, remedy };
  }
  // A function or a symbol: all other kinds were told above.
  const text = (value as symbol).toString();
  return {
    what: `${path} is ${article(typeof value)}, ${shown(text)}`,
    remedy: "Pass null, or leave it out.",
  };
};

const faultWithin = (path: string, value: object, above: readonly Above[]): Fault | undefined => {
  const again = above.find((one) => one.value === value);
  if (again)
    return { what: `${path} is ${again.path} again, a circle`, remedy: "Leave out what points back." };
  if (above.length >= DEEPEST) {
    const [argument = path] = /^args\[\d+\]/.exec(path) ?? [];
    return { what: `${argument} nests deeper than ${DEEPEST} levels`, remedy: "Flatten it." };
  }
  if (isWholeFloat(value)) return undefined;
  const within = [...above, { path, value }];
  if (Array.isArray(value)) {
    for (const [at, inner] of value.entries()) {
      const found = fault(`${path}[${at}]`, inner, within);
      if (found) return found;
    }
    return undefined;
  }
  if (!isPlain(value)) {
    return {
      what: `${path} is ${article(className(value))}, ${shown(inspect(value))}`,
      remedy: "Pass a string, a number or a plain object.",
    };
  }
  for (const [key, inner] of Object.entries(value)) {
    const found = key.isWellFormed()
      ? fault(memberPath(path, key), inner, within)
      : halfCharacter(`a key of ${path} is`, key);
    if (found) return found;
  }
  const symbol = symbolKey(value);
  if (!symbol) return undefined;
  return {
    what: `a key of ${path} is a symbol, ${shown(String(symbol))}, which JSON would leave out`,
    remedy: "Use a string as the key.",
  };
};

const IDENTIFIER = /^[\p{L}_$][\p{L}\p{N}_$]*$/u;

/** `args[0]`, `args[0].zip`, `args[0]["post code"]` */
export const memberPath = (path: string, key: PropertyKey): string => {
  if (typeof key !== "string") return `${path}[${String(key)}]`;
  return IDENTIFIER.test(key) ? `${path}.${key}` : `${path}[${JSON.stringify(key)}]`;
};

const halfCharacter = (where: string, text: string): Fault => ({
  what: `${where} ${shown(JSON.stringify(text))}, which holds half of a surrogate pair, and Ruby cannot parse that`,
  remedy: "Cut strings between characters, or call toWellFormed().",
});

// A class may be anonymous, and an object may have anything under `constructor`, or nothing.
const className = (value: object): string => {
  const { constructor } = value as { constructor?: { name?: unknown } | null };
  return typeof constructor?.name === "string" && constructor.name ? constructor.name : "class instance";
};

const article = (noun: string): string => (/^[aeiou]/i.test(noun) ? `an ${noun}` : `a ${noun}`);

const LONGEST_SHOWN = 120;

/** A Buffer of megabytes is told by its beginning. */
const shown = (text: string): string => quoted(text, LONGEST_SHOWN);
