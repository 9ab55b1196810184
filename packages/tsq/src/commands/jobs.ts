/** `tsq jobs`: looking for jobs in all lists. */
import { ConfigError } from "@tsq/core";
import { Filter, WorkSet } from "@tsq/core/api";
import type { ApiConnection } from "@tsq/core/api";
import type { CommandContext } from "../cli/command.ts";
import { counted, withCommas } from "../cli/counted.ts";
import { look } from "../cli/look.ts";
import type { Reading } from "../cli/look.ts";
import { bareWordsHint } from "../jobs/bare-words.ts";
import { jobJson } from "../jobs/job-json.ts";
import { foundIn, jobLists, pagesOf } from "../jobs/job-lists.ts";
import type { FoundJobs } from "../jobs/job-lists.ts";
import { jobTable } from "../jobs/job-table.ts";
import { limitOf } from "../jobs/list-reading.ts";
import { listName } from "../jobs/repair-scope.ts";
import type { ListName } from "../jobs/repair-scope.ts";
import type { JobsFlags } from "./jobs-command.ts";

const USUAL_LIMIT = 10;
const LISTS = ["running", "retry", "dead", "scheduled", "queues"] as const;

export const jobs = (context: CommandContext, flags: JobsFlags, words: readonly string[]): Promise<void> => {
  // The shell has taken off the quotes of a word that is several.
  const filter = Filter.parse(words.join(" "));
  if (filter.isEmpty) {
    throw new ConfigError(
      "Expected the words of a query, got none. Write tsq jobs class:HardJob; tsq jobs --help has the words.",
    );
  }
  const limit = limitOf(flags.limit, flags.jsonl ? Infinity : USUAL_LIMIT);
  const lists = flags.in?.map((name) => listName("jobs", name, { usual: LISTS })) ?? LISTS;
  return look(context, flags, (api) => readingOf(api, filter, limit, { lists, ...flags }));
};

const readingOf = async (
  api: ApiConnection,
  filter: Filter,
  limit: number,
  { jsonl, lists }: JobsFlags & { readonly lists: readonly ListName[] },
): Promise<Reading> => {
  if (jsonl) return { document: undefined, lines: linesOf(api, filter, limit, lists), text: () => "" };
  const found: FoundJobs[] = lists.includes("running") ? [await amongRunning(api, filter, limit)] : [];
  for (const list of await jobLists(api, lists)) found.push(await foundIn(list, filter, limit));
  const all = found.flatMap(({ jobs }) => jobs);
  const looked = found.reduce((sum, one) => sum + one.looked, 0);
  const total = found.reduce((sum, one) => sum + one.total, 0);
  const isComplete = found.every((one) => one.isComplete);
  const more = isComplete ? "" : ` At most ${limit} of each list: --limit N shows more.`;
  return {
    document: { jobs: all.map(jobJson), looked, total, complete: isComplete },
    lines: [],
    text: (width) =>
      all.length === 0
        ? `none of ${counted(total, "job")}${bareWordsHint(filter)}`
        : `${jobTable("anywhere", all, width)}\n\n${withCommas(all.length)} of ${counted(total, "job")}.${more}`,
  };
};

async function* linesOf(
  api: ApiConnection,
  filter: Filter,
  limit: number,
  lists: readonly ListName[],
): AsyncGenerator {
  if (lists.includes("running")) yield* (await amongRunning(api, filter, limit)).jobs.map(jobJson);
  for (const list of await jobLists(api, lists))
    for await (const { jobs } of pagesOf(list, filter, limit)) yield* jobs.map(jobJson);
}

const amongRunning = async (api: ApiConnection, filter: Filter, limit: number): Promise<FoundJobs> => {
  const runs = await new WorkSet(api).all();
  const matching = runs.filter(({ job, runAt }) => filter.matches(job, runAt));
  const jobs = matching
    .slice(0, limit)
    .map(({ job, runAt }) => ({ job, place: "running" as const, at: runAt }));
  return { jobs, looked: runs.length, total: runs.length, isComplete: jobs.length === matching.length };
};
