/** A check of `tsq doctor`, as data beside its code, and what it can find. */
import type { DoctorContext } from "./context.ts";

/** `error`: jobs are lost or do not run, or strangers get in. `warning`: soon, or now and then. `note`: somebody should know. */
export type Level = "error" | "warning" | "note";

export const LEVELS: readonly Level[] = ["error", "warning", "note"];

/** What a check looks at. */
export type Subject = "redis" | "project";

export interface Check {
  readonly id: string;
  /** One line for `--list`. */
  readonly title: string;
  /** The worst that it finds. */
  readonly level: Level;
  readonly subjects: readonly Subject[];
  /** Without a Redis it has nothing to look at; the project only tells where what it finds is mended. */
  readonly needsRedis?: true;
  /** What is wrong; nothing when all is well, and nothing of what is not known. */
  look(context: DoctorContext): readonly Finding[] | Promise<readonly Finding[]>;
}

export interface Finding {
  readonly level: Level;
  readonly where: Place;
  /** What was seen, in a sentence. Never a value of an argument, and never a secret. */
  readonly saw: string;
  /** Why it matters. */
  readonly why: string;
  /** What to do. */
  readonly remedy: string;
  /** A name for its cause, where another check may come upon the same: the first of them tells it, and no other. */
  readonly cause?: string;
}

/** In a file of the project, or somewhere in Redis: `queue mailers`. */
export type Place = { readonly file: string; readonly line?: number } | { readonly redis: string };

export const placeText = (place: Place): string => {
  if ("redis" in place) return place.redis === "" ? "Redis" : `Redis, ${place.redis}`;
  return place.line === undefined ? place.file : `${place.file}:${place.line}`;
};

const MOST_NAMED = 5;

/** Names as a sentence has them: the first five, and how many more there are. */
export const named = (names: readonly string[]): string => {
  const shown = names.slice(0, MOST_NAMED).map((name) => `\`${clipped(name)}\``);
  const more = names.length - shown.length;
  return more > 0 ? `${shown.join(", ")} and ${more} more` : shown.join(", ");
};

const LONGEST_NAME = 100;

/** A name from outside may be as long as a book. */
export const clipped = (name: string): string =>
  name.length > LONGEST_NAME ? `${name.slice(0, LONGEST_NAME - 1)}…` : name;
