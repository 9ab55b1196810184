/** A program's own way to shorten the stacks that payloads keep, held to its word. */
import { atOnce, isThenable, shown } from "@tsq/core/protocol";

/** Takes a stack's lines and answers those to keep. */
export type BacktraceCleaner = (lines: readonly string[]) => readonly string[];

/**
 * Cleans one failure's stack, once however often it is asked for. A stack that cannot be cleaned is kept as it is:
 * the job must be retried all the same.
 */
export const cleanedOnce = (clean: BacktraceCleaner, failed: (error: unknown) => void): BacktraceCleaner => {
  let kept: readonly string[] | undefined;
  return (lines) => {
    try {
      return (kept ??= checked(atOnce(clean(lines))));
    } catch (error) {
      failed(error);
      return (kept = lines);
    }
  };
};

const checked = (kept: unknown): readonly string[] => {
  if (Array.isArray(kept) && kept.every((line) => typeof line === "string")) return kept;
  throw new TypeError(
    `Expected \`backtraceCleaner\` to answer an array of lines, got ${isThenable(kept) ? "a promise" : shown(kept)}.`,
  );
};
