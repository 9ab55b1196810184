/** From how many jobs on a slip costs much: by the dashboard and by the terminal. */

const MANY = 100;
/** What cannot be undone by one click more. */
const DESTRUCTIVE: ReadonlySet<string> = new Set(["kill", "delete", "clear"]);

/**
 * Whether whoever does it types how many there are, and does not only say yes.
 *
 * @param verb `kill`, `delete` or `clear`; of any other it is never needed
 * @param isCounted whether these are all; there may be many more where not all of them were counted
 */
export const needsTyping = (verb: string, count: number, isCounted = true): boolean =>
  DESTRUCTIVE.has(verb) && (count >= MANY || !isCounted);
