/** Something that is done on a key: asked about first, or done at once where it is undone as easily. */
import type { ApiConnection } from "@tsq/core/api";
import type { Work } from "../cli/progress.ts";
import type { Done } from "../jobs/audit.ts";

export interface Question {
  readonly question: string;
  readonly about: readonly string[];
  readonly typed: string | undefined;
  /** Before the bar. */
  readonly doing: string;
  readonly total: number;
  /** Does it, and resolves to what is said then. */
  readonly begin: (work: Work) => Promise<string>;
}

/** A question, or what was done, or why nothing is. */
export type Deed = Question | { readonly said: string };

/** What deeds work with. */
export interface Hands {
  readonly api: ApiConnection;
  /** What has ended it, in one line. */
  readonly problemOf: (error: unknown) => string;
  readonly write: (done: Done) => Promise<void>;
}
