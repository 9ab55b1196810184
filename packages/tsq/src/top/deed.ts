/** Something that is done on a key: asked about first, or done at once where it is undone as easily. */
import type { Work } from "../cli/progress.ts";

/** Is done without a question. */
export interface AtOnce {
  /** Before the bar. */
  readonly doing: string;
  readonly total: number;
  /** Does it, and resolves to what is said then. */
  readonly begin: (work: Work) => Promise<string>;
}

/** Is asked about first. */
export interface Question extends AtOnce {
  readonly question: string;
  readonly about: readonly string[];
  readonly typed: string | undefined;
}

/** What is asked, or done at once; or why nothing is. */
export type Deed = Question | AtOnce | { readonly said: string };
