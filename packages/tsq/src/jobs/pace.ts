/** How fast something is done to many jobs. */
import { ConfigError } from "@tsq/core";
import { spanText } from "../cli/ages.ts";

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

/** How long that takes, for a preview; nothing where nobody has set a pace. */
export const paceLines = (count: number, perSecond: number | undefined): readonly string[] =>
  perSecond === undefined || count === 0
    ? []
    : [`At ${perSecond} a second: about ${spanText((count / perSecond) * 1_000)}.`];
