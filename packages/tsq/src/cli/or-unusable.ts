/** Errors of a command's Redis, told in one line. */
import { whyUnusable } from "@tsq/core/protocol";

/** What went wrong with the connection, in one line with what to do. */
export const orUnusable = (error: unknown, url: string): unknown =>
  error instanceof Error && !isOfOurs(error)
    ? whyUnusable(url, error, "Set REDIS_URL or pass --redis URL.")
    : error;

/** What a command expects has a code, and a fault of our own must not be told as one of Redis. */
const isOfOurs = (error: Error): boolean =>
  String((error as { code?: unknown }).code).startsWith("TSQ_") ||
  /^(?:Type|Range|Syntax|Reference)Error$/.test(error.name);
