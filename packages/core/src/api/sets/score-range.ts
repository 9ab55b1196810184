/** A part of a sorted set, by score. */
import { shown } from "../../report/inspect.ts";
import { ConfigError } from "../../errors.ts";
import { refuseUnknown } from "../../config/nearest.ts";
import { scoreText } from "../replies.ts";

/** From one score to another, both included: seconds since 1970, or Dates. */
export interface ScoreRange {
  /** @default -Infinity */
  from?: number | Date;
  /** @default Infinity */
  to?: number | Date;
}

/**
 * The ends of a range, as Redis reads them.
 *
 * @throws ConfigError when one of them is no score
 */
export const endsOf = (scores: number | ScoreRange): readonly [from: string, to: string] => {
  if (typeof scores === "number") return [scoreOf(scores), scoreOf(scores)];
  const shape: unknown = scores;
  if (typeof shape !== "object" || shape === null || Array.isArray(shape) || shape instanceof Date) {
    throw new ConfigError(
      `Expected a score in seconds or a range such as { from, to }, got ${shown(shape)}.`,
    );
  }
  refuseUnknown("a range of scores", scores, ["from", "to"]);
  const { from = -Infinity, to = Infinity } = scores;
  return [scoreOf(from), scoreOf(to)];
};

const scoreOf = (score: number | Date): string => {
  // From JavaScript anything can come.
  const seconds: unknown = score instanceof Date ? score.getTime() / 1000 : score;
  if (typeof seconds === "number" && !Number.isNaN(seconds)) return scoreText(seconds);
  throw new ConfigError(`Expected a score in seconds since 1970 or a Date, got ${shown(score)}.`);
};
