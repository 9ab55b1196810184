/** What the audit trail has of a deed to many, however that has ended: decided here for all of them. */
import { cutText } from "../cli/text-width.ts";
import type { Done } from "./audit.ts";

export interface DeedEnd {
  readonly done: number;
  /** What has ended it in its midst, in one line; else empty. */
  readonly problem: string;
  /** Whether somebody has. */
  readonly isEnded: boolean;
}

interface DeedTo extends Pick<Done, "action" | "subject" | "classes"> {
  /** To which, in so many characters. */
  readonly named: (room: number) => string;
}

/** The trail keeps so much of a note. */
const MOST_CHARACTERS = 500;
const MOST_OF_PROBLEM = 290;

/**
 * Failed is what broke off, and may be done in part; where somebody else was faster, it is done to none.
 *
 * @returns undefined where somebody has ended it before the first: nothing has come of it
 */
export const doneOf = ({ done, problem, isEnded }: DeedEnd, { named, ...what }: DeedTo): Done | undefined => {
  if (isEnded && problem === "" && done === 0) return undefined;
  const how = problem === "" && isEnded ? "ended early" : cutText(problem, MOST_OF_PROBLEM);
  const names = named(MOST_CHARACTERS - how.length - 2);
  return {
    ...what,
    count: done,
    outcome: problem === "" ? "done" : "failed",
    note: [how, names].filter((part) => part !== "").join(": "),
  };
};
