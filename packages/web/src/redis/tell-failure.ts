/** Tells the log of a request that could not be answered. */
import type { ApiOptions } from "@tsq/core/api";
import { loggedError } from "@tsq/core/config";
import { isAnswered, isAway } from "./is-away.ts";

/** Who is told, and whether the connection tells them of an outage by itself, once. */
export interface Told {
  readonly logger: ApiOptions["logger"];
  readonly isToldOfOutages: boolean;
}

/** Without the query: there may be arguments of jobs in it. */
export const tellFailure = (
  { logger, isToldOfOutages }: Told,
  error: unknown,
  { method, url, signal }: Request,
): void => {
  // Nobody waits for what was ended with the request of a browser that has gone.
  if (signal.aborted && isAbort(error)) return;
  const line = { method, path: new URL(url).pathname, err: loggedError(error) };
  if (!isAway(error)) logger?.error(line, "A page of the dashboard failed");
  // Fifty open pages would be fifty lines, again and again.
  else if (!isToldOfOutages || isAnswered(error)) logger?.warn(line, "The dashboard has no answer of Redis");
};

const isAbort = (error: unknown): boolean =>
  error instanceof Error && (error.name === "AbortError" || ("code" in error && error.code === "ECONNRESET"));
