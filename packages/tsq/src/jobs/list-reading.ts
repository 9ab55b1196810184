/** A list of jobs in each of the forms that it may be asked for. */
import { ConfigError } from "@tsq/core";
import { Filter } from "@tsq/core/api";
import { counted, withCommas } from "../cli/counted.ts";
import type { Reading } from "../cli/look.ts";
import type { ListFlags } from "../cli/look-flags.ts";
import { terminalText } from "../cli/terminal-text.ts";
import { wrapped } from "../cli/wrapped.ts";
import { bareWordsHint } from "./bare-words.ts";
import { jobJson } from "./job-json.ts";
import { foundIn, pagesOf } from "./job-lists.ts";
import type { FoundJobs, JobList } from "./job-lists.ts";
import { jobTable } from "./job-table.ts";

const USUAL_LIMIT = 25;

export const listReading = async (list: JobList, { where = "", ...flags }: ListFlags): Promise<Reading> => {
  const filter = Filter.parse(where);
  if (flags.jsonl) {
    const lines = linesOf(list, filter, limitOf(flags.limit, Infinity));
    return { document: undefined, lines, text: () => "" };
  }
  const limit = limitOf(flags.limit);
  const found = await foundIn(list, filter, limit);
  const { jobs, looked, total, isComplete } = found;
  return {
    document: { jobs: jobs.map(jobJson), looked, total, complete: isComplete },
    lines: [],
    text: (width) =>
      jobs.length === 0
        ? `none${filter.isEmpty ? "" : ` of ${counted(total, "job")}`} ${terminalText(list.called)}${bareWordsHint(filter, width)}`
        : [jobTable(placeOf(list), jobs, width), "", ...wrapped(summary(found, filter), width, 0)].join("\n"),
  };
};

export async function* linesOf(list: JobList, filter: Filter, limit: number): AsyncGenerator {
  // As they come: there may be millions.
  for await (const { jobs } of pagesOf(list, filter, limit)) yield* jobs.map(jobJson);
}

/** @throws ConfigError when it is no number of jobs */
export const limitOf = (text: string | undefined, usual = USUAL_LIMIT): number => {
  if (text === undefined) return usual;
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new ConfigError(`Expected --limit to be an integer from 1, got \`${text}\`. Write --limit 100.`);
};

const placeOf = ({ place }: JobList) => place;

const summary = ({ jobs, looked, total, isComplete }: FoundJobs, filter: Filter): string => {
  const shown = withCommas(jobs.length);
  if (isComplete)
    return filter.isEmpty ? counted(jobs.length, "job") : `${shown} of ${counted(total, "job")}`;
  const sofar = filter.isEmpty
    ? `${shown} of ${counted(total, "job")}`
    : `${shown} that match, among the first ${withCommas(looked)} of ${counted(total, "job")}`;
  return `${sofar}. --limit N shows more${filter.isEmpty ? ", --where QUERY finds some" : ""}.`;
};
