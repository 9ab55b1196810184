/** The order of processes: `web-2` before `web-10`, as people count. */

const natural = new Intl.Collator("en", { numeric: true });

/** By identity; those that people take for the same, by their characters. */
export const byName = (one: string, other: string): number =>
  natural.compare(one, other) || (one < other ? -1 : Number(one > other));
