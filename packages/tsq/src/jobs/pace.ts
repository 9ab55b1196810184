/** How fast something is done to many jobs. */
import { ConfigError } from "@tsq/core";

const FASTEST = 1_000_000;

/** @throws ConfigError when it is no number of jobs in a second */
export const paceOf = (text: string | undefined): number | undefined => {
  if (text === undefined) return undefined;
  const pace = Number(text);
  if (pace > 0 && pace <= FASTEST) return pace;
  throw new ConfigError(
    `Expected --per-second to be a number above 0, at most ${FASTEST}, got \`${text}\`. Write --per-second 50.`,
  );
};
