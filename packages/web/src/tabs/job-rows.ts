/** Rows that others add to the page of a job. */
import type { JobRecord } from "@tsq/core/api";
import type { Html } from "../html/html.ts";
import type { User } from "../security/roles.ts";
import type { Words } from "../words/words.ts";

/** A row of the facts of a job. Text is shown as text; for markup there is the tag `html`. */
export interface JobRow {
  readonly title: Html | string;
  readonly value: Html | string;
}

/** Who looks at the job, and how a page for them is made. */
export interface JobRowsVisit {
  readonly user: User;
  readonly words: Words;
  /** Where a path of the dashboard is. */
  readonly to: (path: string) => string;
}

/** Answers the rows for a job; what it has is not masked. */
export type JobRows = (job: JobRecord, visit: JobRowsVisit) => readonly JobRow[] | Promise<readonly JobRow[]>;
