/** Which classes a filter names, for whoever may not look at some of them. */
import type { Filter } from "../search/filter.ts";

/** Among classes: some that nobody can tell. */
export const ANY_CLASS = "*";

/** Of a pattern, and of a word without capitals, which means any case, it is not known which classes they mean. */
export const namedClasses = ({ terms }: Filter): readonly string[] =>
  terms
    .filter(({ kind }) => kind === "class")
    .map(({ value, isPattern }) => (isPattern || value === value.toLowerCase() ? ANY_CLASS : value));
