/** Errors as log lines hold them. */
import { types } from "node:util";
import { reportError } from "./error-report.ts";

/** Tells one that has been made from one that somebody threw. */
const LOGGED = Symbol.for("tsq.logged-error.v1");

/**
 * What a line's `err` is: `type`, `message` and `stack` with those of the causes, and `code`. pino's own serializer
 * would add all that somebody has hung on the error: a command with its password, a request with its headers.
 */
export const loggedError = (error: unknown): object => {
  if (typeof error === "object" && error !== null && isLogged(error)) return error;
  const { type, message, stack, code } = reportError(error);
  // Without a prototype: the serializer of a logger that is not ours takes the name for the class of an object.
  const line = Object.create(null) as Record<PropertyKey, unknown>;
  line["type"] = type;
  line["message"] = message;
  if (stack !== undefined) line["stack"] = stack;
  if (code !== undefined) line["code"] = code;
  Object.defineProperty(line, "name", { value: type });
  Object.defineProperty(line, LOGGED, { value: true });
  return line;
};

const isLogged = (value: object): boolean => {
  try {
    return LOGGED in value;
  } catch {
    // A proxy that somebody threw.
    return false;
  }
};

const ifObject = (value: unknown): unknown =>
  typeof value === "object" && value !== null ? loggedError(value) : value;

// Under these names there may be anything else.
const ifError = (value: unknown): unknown => (types.isNativeError(value) ? loggedError(value) : value);

/** For pino: errors under these names are told as far as they may be, also those that a job logs. */
export const ERROR_SERIALIZERS = { err: ifObject, error: ifError, reason: ifError, cause: ifError };
