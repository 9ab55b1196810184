/** What was read of the errors at one time, for one who looks. */
import type { ErrorReport } from "@tsq/core/api";
import type { Subject } from "../security/permissions.ts";

/** The groups, and of each the job whose message stands for it. */
export interface ReadErrors {
  readonly report: ErrorReport;
  readonly samples: ReadonlyMap<string, Subject>;
}
