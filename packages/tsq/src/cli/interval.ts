/** How often something is read again, as a flag says it. */
import { ConfigError } from "@tsq/core";

const USUAL_SECONDS = 2;
const LONGEST_SECONDS = 86_400;

/**
 * In milliseconds.
 *
 * @throws ConfigError when it is no number of seconds from 0.1 to a day
 */
export const intervalMs = (flag: string, text: string | number = USUAL_SECONDS, remedy = ""): number => {
  const seconds = Number(text);
  if (seconds >= 0.1 && seconds <= LONGEST_SECONDS) return seconds * 1_000;
  throw new ConfigError(
    `Expected ${flag} to be seconds from 0.1 to ${LONGEST_SECONDS}, got \`${text}\`. Write ${flag} 5${remedy}.`,
  );
};
