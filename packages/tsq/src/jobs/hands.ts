/** What a deed is done with, whichever door it came through. */
import type { ApiConnection } from "@tsq/core/api";
import type { Goals } from "@tsq/core/config";
import type { Done } from "./audit.ts";

export interface Hands {
  readonly api: ApiConnection;
  /** What has ended it, in one line. */
  readonly problemOf: (error: unknown) => string;
  /** Into the audit trail. */
  readonly write: (done: Done) => Promise<void>;
  /** For how long jobs of each queue may wait, where that was said. */
  readonly goals?: Goals;
}
