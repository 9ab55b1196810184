/** What a handler or a server middleware may answer, or throw, instead of being done: how its run is to end. */
import { InvalidJobError } from "../errors.ts";
import { inspect, quoted } from "../report/inspect.ts";
import { INSTANT_FROM_SECONDS } from "../wire/time-limits.ts";

/** Marks verdicts across copies of this library. */
const VERDICT = Symbol.for("tsq.verdict.v1");

type What =
  | { readonly kind: "snooze"; readonly seconds: number }
  | { readonly kind: "discard"; readonly reason?: string }
  | { readonly kind: "kill"; readonly reason?: string }
  | { readonly kind: "interrupt" };

/** How a run is to end, as `snooze()`, `discard()`, `kill()` and `interrupt()` make it. */
export type Verdict = What & { readonly [VERDICT]: true };

const verdict = (what: What): Verdict => Object.freeze({ ...what, [VERDICT]: true as const });

/**
 * Runs the job again in so many seconds: it waits in the scheduled set, and no attempt is used up. `snooze(0)` puts it
 * behind all that wait in its queue.
 *
 * @param seconds 0 to 1,000,000,000, fractions too
 * @throws InvalidJobError when it is anything else
 *
 * @example
 * if (await isBusy(account)) return snooze(60);
 */
export const snooze = (seconds: number): Verdict => {
  if (typeof seconds !== "number" || !(seconds >= 0 && seconds <= INSTANT_FROM_SECONDS)) {
    throw new InvalidJobError(
      `Expected snooze() to get seconds from 0 to 1,000,000,000, got \`${inspect(seconds)}\`. ` +
        "Take the difference of two times in seconds, or discard() what need not run again.",
    );
  }
  return verdict({ kind: "snooze", seconds });
};

/**
 * Ends the job for good without a failure: it is in no set any more, and death handlers are told of it.
 *
 * @param reason what the log and the death handlers are told
 * @throws InvalidJobError when the reason is no text
 */
export const discard = (reason?: string): Verdict => because("discard", reason);

/**
 * Ends the job as a failure that is not tried again: it goes to the dead set, unless its options have `dead: false`.
 *
 * @param reason its error message there
 * @throws InvalidJobError when the reason is no text
 */
export const kill = (reason?: string): Verdict => because("kill", reason);

/**
 * Puts the job behind all that wait in its queue, as the same job, to go on later: what a job that runs long returns
 * when `job.isInterrupted`. No attempt is used up. As Sidekiq's `Interrupted` (7.3).
 */
export const interrupt = (): Verdict => verdict({ kind: "interrupt" });

const because = (kind: "discard" | "kill", reason: string | undefined): Verdict => {
  if (reason === undefined) return verdict({ kind });
  if (typeof reason === "string") return verdict({ kind, reason });
  // From JavaScript, or a `catch`, an error comes.
  const given: unknown = reason;
  if (given instanceof Error) {
    throw new InvalidJobError(
      `Expected the reason of ${kind}() to be a string, got an error that says ${quoted(inspect(given.message))}. Write \`${kind}(error.message)\`.`,
    );
  }
  throw new InvalidJobError(
    `Expected the reason of ${kind}() to be a string, got \`${inspect(reason)}\`. Leave it out, or give a text.`,
  );
};

const MAKERS: readonly unknown[] = [snooze, discard, kill, interrupt];

/** The error of a run that answers `snooze` where it means `snooze(60)`: it would count as done. */
export const uncalledVerdict = (value: unknown): InvalidJobError | undefined => {
  if (typeof value !== "function" || !MAKERS.includes(value)) return undefined;
  const { name } = value;
  return new InvalidJobError(
    `Expected a job to answer a verdict or anything that is none, got the function \`${name}\` itself. ` +
      `Call it: \`return ${name}(${name === "snooze" ? "60" : ""})\`.`,
  );
};

/**
 * Whether a value says that it is a verdict, from whichever copy of the library: a spread keeps the mark, whatever its
 * fields have become. Never throws: jobs return and throw anything.
 */
export const isVerdict = (value: unknown): boolean => {
  if (typeof value !== "object" || value === null) return false;
  try {
    return (value as Partial<Verdict>)[VERDICT] === true;
  } catch {
    // A proxy whose traps throw, say.
    return false;
  }
};

/** A verdict made anew of what says that it is one, with the fields of its kind alone; or the error of a job that made it by hand. */
export const verdictOf = (value: unknown): Verdict | InvalidJobError => {
  try {
    // Whatever is in them the makers check.
    const { kind, seconds, reason } = value as { kind: unknown; seconds: number; reason?: string };
    if (kind === "snooze") return snooze(seconds);
    if (kind === "discard" || kind === "kill") return because(kind, reason);
    if (kind === "interrupt") return interrupt();
    return new InvalidJobError(
      `Expected a verdict to be of the kind snooze, discard, kill or interrupt, got \`${inspect(kind)}\`. Return what the function of that name answers, as it is.`,
    );
  } catch (error) {
    if (error instanceof InvalidJobError) return error;
    return new InvalidJobError(
      "Expected a verdict whose fields can be read. Return what snooze() and its like answer, as it is.",
      {
        cause: error,
      },
    );
  }
};
