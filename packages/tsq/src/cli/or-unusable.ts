/** Errors of a command's Redis, told in one line. */
import { whyUnusable } from "@tsq/core/protocol";
import { isExpected, isFaultOfOurs } from "./fault.ts";

/** Of a server that was looked at before: what went wrong with the connection, in one line with what to do; what is no matter of Redis stays as it is. */
export const orUnusable = (error: unknown, url: string): unknown =>
  error instanceof Error && !isExpected(error) && !isFaultOfOurs(error)
    ? whyUnusable(url, error, "Set REDIS_URL or pass --redis URL.", true)
    : error;

/** The same as a text. */
export const problemOf = (error: unknown, url: string): string => {
  const told = orUnusable(error, url);
  return told instanceof Error ? told.message : String(told);
};
