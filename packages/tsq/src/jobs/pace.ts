/** How fast something is done to many jobs. */
import { setTimeout as sleep } from "node:timers/promises";
import { ConfigError } from "@tsq/core";

/** @throws ConfigError when it is no number of jobs in a second */
export const paceOf = (text: string | undefined): number | undefined => {
  if (text === undefined) return undefined;
  const pace = Number(text);
  if (pace > 0 && pace <= 1e6) return pace;
  throw new ConfigError(
    `Expected --per-second to be a number above 0, got \`${text}\`. Write --per-second 50.`,
  );
};

/** Waits until so many may be done. */
export const paused = async (beganAt: number, done: number, perSecond = Infinity): Promise<void> => {
  const ms = beganAt + (done * 1_000) / perSecond - performance.now();
  if (ms > 0) await sleep(ms);
};
