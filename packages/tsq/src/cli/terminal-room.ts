/** What standard output has room for, and whether it shows colours. */

/** A pipe has no end, unless COLUMNS says so. */
export const columns = (): number =>
  process.stdout.columns || Number(process.env["COLUMNS"]) || Number.POSITIVE_INFINITY;

/** Node looks at NO_COLOR and TERM; a table's own look at TERM would colour a pipe too. */
export const hasColors = (): boolean => process.stdout.isTTY && process.stdout.hasColors();

/** The head of a list. */
export const bold = (text: string): string => (hasColors() ? `\u001b[1m${text}\u001b[22m` : text);
