/** The goals of queues, as flags say them. */
import { ConfigError } from "@tsq/core";
import { shown } from "@tsq/core/config";
import type { Goals } from "@tsq/core/config";

const YEAR_SECONDS = 31_536_000;

/**
 * `120` for all queues, `mailers=60` for one; said again, the last counts.
 *
 * @throws ConfigError when it is no number of seconds above 0 and up to a year
 */
export const goalsOf = (texts: readonly string[] = []): Goals => {
  const all = texts.map((text) => {
    // A name may have any character.
    const at = text.lastIndexOf("=");
    return { queue: at < 0 ? undefined : text.slice(0, at), seconds: secondsOf(text.slice(at + 1), text) };
  });
  const goal = all.findLast(({ queue }) => queue === undefined)?.seconds;
  const goals = all.flatMap(({ queue, seconds }) => (queue === undefined ? [] : [[queue, seconds] as const]));
  return { ...(goal !== undefined && { goal }), goals: Object.fromEntries(goals) };
};

const secondsOf = (number: string, text: string): number => {
  const seconds = /^\d+(?:\.\d+)?$/.test(number) ? Number(number) : 0;
  if (seconds > 0 && seconds <= YEAR_SECONDS && !text.startsWith("=")) return seconds;
  throw new ConfigError(
    `Expected --goal to be seconds above 0 and up to ${YEAR_SECONDS}, for one queue behind its name, got ${shown(text)}. Write --goal 120 or --goal mailers=60.`,
  );
};
