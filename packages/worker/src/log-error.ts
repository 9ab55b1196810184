/** Logs whatever was thrown, also what cannot be read: a getter or a proxy of a job's error may throw in the logger. */
import type { Logger } from "pino";
import { describeError } from "./error-fields.ts";

export const logError = (
  log: Logger,
  level: "warn" | "error",
  message: string,
  error: unknown,
  fields: Readonly<Record<string, unknown>> = {},
): void => {
  try {
    log[level]({ ...fields, err: error }, message);
  } catch {
    log[level]({ ...fields, err: describeError(error) }, message);
  }
};
