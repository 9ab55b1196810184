/** When a process counts as silent: the one rule for what needs a person and for the terminal. */

/** A heart beats every ten seconds, and its record lapses after sixty. */
const SILENT_MS = 30_000;

/** Of one that has told no beat nothing is known. */
export const isSilent = (beatAt: Date | undefined, nowMs: number): boolean =>
  beatAt !== undefined && nowMs - beatAt.getTime() >= SILENT_MS;
