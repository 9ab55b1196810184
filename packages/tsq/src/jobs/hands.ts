/** What a deed is done with, whichever door it came through. */
import type { ApiConnection } from "@tsq/core/api";
import type { Done } from "./audit.ts";

export interface Hands {
  readonly api: ApiConnection;
  /** What has ended it, in one line. */
  readonly problemOf: (error: unknown) => string;
  /** Into the audit trail. */
  readonly write: (done: Done) => Promise<void>;
}
