/** `tsq jobs`: looking for jobs in all lists. */
import { ConfigError } from "@tsq/core";
import { Filter, WorkSet } from "@tsq/core/api";
import type { ApiConnection } from "@tsq/core/api";
import type { CommandContext } from "../cli/command.ts";
import { counted, withCommas } from "../cli/counted.ts";
import { look } from "../cli/look.ts";
import type { Reading } from "../cli/look.ts";
import { wrapped } from "../cli/wrapped.ts";
import { bareWordsHint } from "../jobs/bare-words.ts";
import { jobJson } from "../jobs/job-json.ts";
import { foundIn, jobLists, pagesOf } from "../jobs/job-lists.ts";
import type { FoundJobs, PlacedJob } from "../jobs/job-lists.ts";
import { jobTable } from "../jobs/job-table.ts";
import { limitOf } from "../jobs/list-reading.ts";
import { listNames } from "../jobs/repair-scope.ts";
import type { ListName } from "../jobs/repair-scope.ts";
import { runsMeant } from "../jobs/runs-meant.ts";
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
  const lists = flags.in ? listNames("jobs", flags.in, { usual: LISTS }) : LISTS;
  return look(context, flags, (api) => {
    if (flags.jsonl)
      return { document: undefined, lines: linesOf(api, filter, limit, lists), text: () => "" };
    const read = (tell: (looked: number) => void) => readingOf(api, filter, limit, lists, tell);
    // What is drawn again and again says by itself that it goes on.
    return flags.watch === undefined ? context.out.reading("Looking", read) : read(() => {});
  });
};

const readingOf = async (
  api: ApiConnection,
  filter: Filter,
  limit: number,
  lists: readonly ListName[],
  tell: (looked: number) => void,
): Promise<Reading> => {
  const all: PlacedJob[] = [];
  let [looked, total, isComplete] = [0, 0, true];
  const add = (found: FoundJobs): void => {
    for (const job of found.jobs) all.push(job);
    looked += found.looked;
    total += found.total;
    isComplete &&= found.isComplete;
    tell(looked);
  };
  if (lists.includes("running")) add(await amongRunning(api, filter, limit));
  for await (const group of jobLists(api, lists))
    for (const found of await Promise.all(group.map((list) => foundIn(list, filter, limit)))) add(found);
  const more = isComplete ? "" : ` At most ${limit} of each list: --limit N shows more.`;
  return {
    document: { jobs: all.map(jobJson), looked, total, complete: isComplete },
    lines: [],
    text: (width) =>
      all.length === 0
        ? `none of ${counted(total, "job")}${bareWordsHint(filter, width)}`
        : [
            jobTable("anywhere", all, width),
            "",
            ...wrapped(`${withCommas(all.length)} of ${counted(total, "job")}.${more}`, width, 0),
          ].join("\n"),
  };
};

async function* linesOf(
  api: ApiConnection,
  filter: Filter,
  limit: number,
  lists: readonly ListName[],
): AsyncGenerator {
  if (lists.includes("running")) yield* (await amongRunning(api, filter, limit)).jobs.map(jobJson);
  for await (const group of jobLists(api, lists)) {
    const [list, ...others] = group;
    if (list && others.length === 0)
      for await (const { jobs } of pagesOf(list, filter, limit)) yield* jobs.map(jobJson);
    else
      for (const { jobs } of await Promise.all(group.map((one) => foundIn(one, filter, limit))))
        yield* jobs.map(jobJson);
  }
}

const amongRunning = async (api: ApiConnection, filter: Filter, limit: number): Promise<FoundJobs> => {
  const runs = await new WorkSet(api).all();
  const matching = runsMeant(runs, filter);
  const jobs = matching
    .slice(0, limit)
    .map(({ job, runAt }) => ({ job, place: "running" as const, at: runAt }));
  return { jobs, looked: runs.length, total: runs.length, isComplete: jobs.length === matching.length };
};
