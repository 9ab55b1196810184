/**
 * What may be told of an error, in a log or in a payload: its class, its message with those of its causes, its stack
 * and its code. Nothing else of it: clients hang requests, commands and their passwords on what they throw. Whatever
 * was thrown can be read, also what throws when it is read.
 */
import { inspect, types } from "node:util";
import { jsonOfThrown } from "./json-of-thrown.ts";

/** Ruby's limit on `error_message`, in characters. */
export const LONGEST_MESSAGE = 10_000;
// A few hundred frames, and what a cut message leaves of a megabyte at their head.
const LONGEST_STACK = 40_000;
const LONGEST_CODE = 100;
// Nobody reads further, and a cause may be its own cause.
const MOST_CAUSES = 5;
const MOST_PARTS = 5;
const UNREADABLE = "!!! ERROR MESSAGE THREW AN ERROR !!!";

export interface ErrorReport {
  /** The class, as the error names it. */
  readonly type: string;
  /** With the messages of its causes, and of the errors that it holds. */
  readonly message: string;
  /** As far as there is one; those of the causes follow it. */
  readonly stack: string | undefined;
  readonly code: string | number | undefined;
}

/** Never throws. */
export const reportError = (error: unknown): ErrorReport => {
  const own = reportOne(error);
  const message = [own.message];
  const stack = [own.stack ?? ""];
  let told = own.message;
  for (const cause of causesOf(error)) {
    const { type, message: why, stack: where } = reportOne(cause);
    // Who wraps an error often repeats its message.
    if (why !== "" && !told.includes(why)) message.push(`(caused by ${type}: ${why})`);
    else if (why === "") message.push(`(caused by ${type})`);
    told += why;
    stack.push(`caused by: ${where ?? `${type}: ${why}`}`);
  }
  return {
    ...own,
    message: clip(message.filter((part) => part !== "").join(" ")),
    stack: own.stack === undefined ? undefined : stack.join("\n").slice(0, LONGEST_STACK),
  };
};

/** The first so many characters, well formed. */
export const clip = (text: string, most = LONGEST_MESSAGE): string => {
  if (text.length <= most) return text.toWellFormed();
  // Characters, not code units: a surrogate pair is not cut in half.
  return Array.from(text.slice(0, 2 * most))
    .slice(0, most)
    .join("")
    .toWellFormed();
};

/** Without what it was caused by. */
const reportOne = (error: unknown): ErrorReport => {
  const whole = read(() => (isError(error) ? error.message : messageOfValue(error)), UNREADABLE);
  // Typed as text, but anyone may have set anything.
  const own = read(() => String(whole), UNREADABLE);
  const message = clip(own);
  return {
    type: read(() => classOf(error), "Error"),
    message: [message, ...partsOf(error, message)].filter((part) => part !== "").join(" "),
    stack: read(() => stackOf(error, own, message), undefined),
    code: read(() => codeOf(error), undefined),
  };
};

/** Each part for itself: a getter that throws costs that part. */
const read = <T>(ask: () => T, otherwise: T): T => {
  try {
    return ask();
  } catch {
    return otherwise;
  }
};

/** Also one of another realm. */
const isError = (value: unknown): value is Error => types.isNativeError(value) || value instanceof Error;

const classOf = (error: unknown): string => (isError(error) ? errorName(error) : kindOf(error));

// Most classes of errors set no name of their own, and inherit this one.
const errorName = (error: Error): string => {
  const name = read<unknown>(() => error.name, "");
  if (typeof name === "string" && name !== "Error" && name !== "") return clip(name, LONGEST_CODE);
  return clip(error.constructor.name, LONGEST_CODE);
};

const kindOf = (value: unknown): string => {
  if (value === null) return "Null";
  if (typeof value === "object") return clip(value.constructor?.name ?? "Object", LONGEST_CODE);
  const type = typeof value;
  return type.charAt(0).toUpperCase() + type.slice(1);
};

const messageOfValue = (value: unknown): unknown => {
  if (typeof value !== "object" || value === null) return value;
  const message = read(() => (value as { message?: unknown }).message, undefined);
  if (typeof message === "string") return message;
  return read(() => jsonOfThrown(value), undefined) ?? inspect(value, SHORT);
};

const SHORT = { depth: 3, maxArrayLength: 20, maxStringLength: 1_000, breakLength: Infinity };

/** What an AggregateError was made of: of one that was tried on every address, the message is empty. */
const partsOf = (error: unknown, message: string): readonly string[] => {
  const errors = read(() => (isError(error) ? (error as { errors?: unknown }).errors : undefined), undefined);
  if (!Array.isArray(errors) || errors.length === 0) return [];
  const parts = errors.slice(0, MOST_PARTS).map((part: unknown) => {
    const { type, message: why } = read(() => shallow(part), { type: "Error", message: "" });
    return why === "" ? type : why;
  });
  const more = errors.length - parts.length;
  const text = [...new Set(parts), ...(more > 0 ? [`and ${more} more`] : [])].join("; ");
  return [message === "" ? text : `(${text})`];
};

const shallow = (error: unknown): { type: string; message: string } => ({
  type: classOf(error),
  message: clip(String(isError(error) ? error.message : messageOfValue(error))),
});

/** A stack begins with the message, however long that is. */
const stackOf = (error: unknown, whole: string, message: string): string | undefined => {
  const stack: unknown = isError(error) ? error.stack : undefined;
  // A program's own Error.prepareStackTrace may have made anything of it.
  if (typeof stack !== "string") return undefined;
  const short = whole.length > message.length ? stack.replace(whole, () => message) : stack;
  return short.slice(0, LONGEST_STACK).toWellFormed();
};

const codeOf = (error: unknown): string | number | undefined => {
  const code: unknown =
    typeof error === "object" && error !== null && "code" in error ? error.code : undefined;
  if (typeof code === "string") return clip(code, LONGEST_CODE);
  return typeof code === "number" ? code : undefined;
};

function* causesOf(error: unknown): Generator {
  const seen = new Set<unknown>([error]);
  let one = error;
  while (seen.size <= MOST_CAUSES) {
    const from = one;
    const cause = read(() => (isError(from) ? (from as { cause?: unknown }).cause : undefined), undefined);
    if (cause === undefined || cause === null || seen.has(cause)) return;
    seen.add(cause);
    yield (one = cause);
  }
}
