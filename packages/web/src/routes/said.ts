/** What a page says after something was done. */
import type { TargetVerb } from "../bulk/target.ts";
import type { Verb } from "../sets.ts";
import type { Words } from "../words/words.ts";

/** How it went with the entries that somebody ticked. */
export interface Tally {
  readonly done: number;
  /** Somebody else had been faster, or they had fallen due. */
  readonly gone: number;
  /** No jobs at all, which no queue takes. */
  readonly malformed: number;
}

/** Of jobs that were ticked, or of one. */
export const saidOf = (words: Words, verb: Verb | TargetVerb, { done, gone, malformed }: Tally): string => {
  const said = done > 0 || gone + malformed === 0 ? [words.text(`bulk.${verb}.done`, { count: done })] : [];
  if (gone > 0) said.push(words.text("said.gone", { count: gone }));
  if (malformed > 0) said.push(words.text("said.malformed", { n: malformed }));
  return said.join(" ");
};
