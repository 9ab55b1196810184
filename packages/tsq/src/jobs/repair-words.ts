/** What is said of jobs that something was done to. */
import { counted, withCommas } from "../cli/counted.ts";
import { terminalText } from "../cli/terminal-text.ts";
import type { Report } from "./repair-work.ts";

/** @param did `were deleted` without its verb */
export const jobsWere = (count: number, did: string): string =>
  `${counted(count, "job")} ${count === 1 ? "was" : "were"} ${terminalText(did)}`;

/** A sentence for each that there were some of. */
export const repairedLines = (
  did: string,
  { done, gone, skipped, unsure }: Omit<Report, "found">,
): readonly string[] => [
  `${jobsWere(done, did)}.`,
  ...(gone > 0 ? [`${withCommas(gone)} had gone already: somebody else has moved them.`] : []),
  ...(unsure > 0
    ? [
        `At most ${withCommas(unsure)} left alone: nobody can tell them from what came since. Run it again for those.`,
      ]
    : []),
  ...(skipped > 0 ? [`${withCommas(skipped)} left alone: no jobs. Delete or kill them.`] : []),
];
