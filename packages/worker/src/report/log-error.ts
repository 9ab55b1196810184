/** Logs whatever was thrown: its class, message, stack, code and causes, and nothing else that it carries. */
import type { Logger } from "pino";
import { loggedError } from "@tsq/core/protocol";

export const logError = (
  log: Logger,
  level: "warn" | "error",
  message: string,
  error: unknown,
  fields: Readonly<Record<string, unknown>> = {},
): void => {
  log[level]({ ...fields, err: loggedError(error) }, message);
};
