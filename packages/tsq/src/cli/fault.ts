/** Whose fault an error is. Without the library with its Redis client: to print a help text none of it need be loaded. */

/** Whether a command expects it: told in one line. By its code, not its class. */
export const isExpected = (error: unknown): boolean =>
  String((error as { readonly code?: unknown } | null | undefined)?.code).startsWith("TSQ_");

/** Whether it is one of our own, which must not be told as one of Redis, nor be taken for an outage that passes. */
export const isFaultOfOurs = (error: unknown): boolean =>
  !isExpected(error) &&
  (!(error instanceof Error) || /^(?:Type|Range|Syntax|Reference)Error$/.test(error.name));
