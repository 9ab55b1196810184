/** Cancels many jobs: finds those that are meant, says of each that nobody wants it, and writes down how far that came. */
import { Jobs, WorkSet } from "@tsq/core/api";
import type { ApiConnection, JobPlace, JobRecord } from "@tsq/core/api";
import { namedClasses } from "@tsq/core/config";
import { StoppedError, unfinished } from "../cli/early-end.ts";
import { steps } from "../cli/progress.ts";
import type { Work } from "../cli/progress.ts";
import { cancelled, hasJid } from "./cancel-words.ts";
import type { Wanted } from "./cancel-words.ts";
import type { Hands } from "./hands.ts";
import { jobLists, pagesOf } from "./job-lists.ts";
import type { PlaceName } from "./job-lists.ts";
import { isIn } from "./repair-scope.ts";
import type { Scope } from "./repair-scope.ts";
import { runsMeant } from "./runs-meant.ts";

interface WantedJobs {
  readonly wanted: readonly Wanted[];
  /** Of the jids that were named those that are in none of the lists. */
  readonly missing: readonly string[];
}

/**
 * Counts those that are meant, each once: what runs first.
 *
 * @throws StoppedError when it was ended
 */
export const wantedIn = async (
  api: ApiConnection,
  scope: Scope,
  { signal, tell }: Work,
): Promise<WantedJobs> => {
  const { filters, jids, isMeant, lists } = scope;
  const wanted = new Map<string, Wanted>();
  const take = (job: JobRecord, place: PlaceName, identity?: string): void => {
    if (!hasJid(job.jid) || wanted.has(job.jid) || (isMeant && !isMeant(job))) return;
    wanted.set(job.jid, wantedOf(job.jid, job, place, identity));
  };
  const isAllThere = (): boolean => jids !== undefined && wanted.size === jids.size;
  for (const filter of filters) {
    const runs = lists.includes("running") ? await new WorkSet(api).all() : [];
    const meant = runsMeant(runs, filter).filter(({ job }) => !isMeant || isMeant(job));
    // What a heartbeat has told may have ended since.
    for (const { job, identity } of await new WorkSet(api).stillRunning(meant))
      take(job, "running", identity);
    for await (const group of jobLists(api, lists)) {
      // Whoever has named one job need not wait for the end of all queues.
      if (isAllThere()) break;
      for (const list of group) {
        let looked = 0;
        for await (const page of pagesOf(list, filter, Infinity)) {
          for (const { job, place } of page.jobs) take(job, place);
          tell((looked += page.looked), page.total);
          if (signal.aborted) throw new StoppedError(0, 0);
          if (isAllThere()) break;
        }
      }
    }
  }
  const missing: string[] = [];
  for (const jid of [...(jids ?? [])].filter((one) => !wanted.has(one))) {
    // A run of which no heartbeat has told yet, or a job that was being moved.
    const at = jid === "" ? undefined : (await new Jobs(api).find(jid, { most: 1 })).found;
    if (signal.aborted) throw new StoppedError(0, 0);
    if (at && isIn(at, lists)) take(at.job, at.place, at.place === "running" ? at.identity : undefined);
    else missing.push(jid);
  }
  return { wanted: [...wanted.values()], missing };
};

/** One that somebody has picked; without a jid it cannot be cancelled. */
export const wantedAt = (at: JobPlace): readonly Wanted[] =>
  hasJid(at.job.jid)
    ? [wantedOf(at.job.jid, at.job, at.place, at.place === "running" ? at.identity : undefined)]
    : [];

const wantedOf = (
  jid: string,
  { displayClass, queue }: JobRecord,
  place: PlaceName,
  identity: string | undefined,
): Wanted => ({ jid, place, class: displayClass, queue, identity });

interface CancelOrder extends Omit<Hands, "api"> {
  /** What has named them, where nobody has named each. */
  readonly by: Scope | undefined;
  /** At most so many in a second. */
  readonly perSecond: number | undefined;
}

/**
 * @returns how many were cancelled
 * @throws StoppedError when it was ended before all was done. UnfinishedError for what else has ended it in its midst
 */
export const cancelAll = async (
  api: ApiConnection,
  wanted: readonly Wanted[],
  work: Work,
  { by, perSecond, problemOf, write }: CancelOrder,
): Promise<number> => {
  const jobs = new Jobs(api);
  const namedBy = by && { text: textOf(by), classes: by.filters.flatMap(namedClasses) };
  let done = 0;
  let failure: { readonly error: unknown } | undefined;
  try {
    for await (const { jid } of steps(wanted, work, perSecond)) {
      await jobs.cancel(jid);
      done++;
    }
  } catch (error) {
    failure = { error };
  }
  const isEnded = failure?.error instanceof StoppedError;
  const problem = failure === undefined || isEnded ? "" : problemOf(failure.error);
  const told = wanted.length > 0 ? cancelled(wanted, { done, namedBy, problem, isEnded }) : undefined;
  if (told) await write(told);
  if (!failure) return done;
  const total = wanted.length;
  throw unfinished(failure.error, { done, total, of: ["job", "jobs"], did: "cancelled", problemOf });
};

const textOf = ({ filters, lists }: Scope): string =>
  [...filters.map(({ text }) => text), `in ${lists.join(", ")}`].filter((part) => part !== "").join(" ");
