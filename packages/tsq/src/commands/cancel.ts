/** `tsq cancel`: says of jobs that nobody wants them any more. */
import { Jobs, Queue, WorkSet } from "@tsq/core/api";
import type { ApiConnection, Count, Filter } from "@tsq/core/api";
import type { CommandContext } from "../cli/command.ts";
import { counted } from "../cli/counted.ts";
import { orUnusable } from "../cli/or-unusable.ts";
import { withApi } from "../cli/with-api.ts";
import { writeAudit } from "../jobs/audit.ts";
import { foundJob } from "../jobs/found-job.ts";
import { listOfQueue, listOfSet, pagesOf } from "../jobs/job-lists.ts";
import type { JobList } from "../jobs/job-lists.ts";
import { existingQueue } from "../jobs/named-queues.ts";
import { scopeOf } from "../jobs/repair-scope.ts";
import type { ListName, Lists, Scope } from "../jobs/repair-scope.ts";
import { cancelled, consequences, hasJid, unfinishedCancel } from "../jobs/cancel-words.ts";
import type { Wanted } from "../jobs/cancel-words.ts";
import { paceOf } from "../jobs/pace.ts";
import type { RepairFlags } from "./repair-flags.ts";

const LISTS: Lists = { usual: ["running", "retry", "scheduled", "queues"] };

export const cancel = async (
  context: CommandContext,
  flags: RepairFlags,
  jids: readonly string[],
): Promise<void> => {
  const scope = scopeOf("cancel", jids, flags, LISTS);
  const perSecond = paceOf(flags.perSecond);
  await withApi(context, async (api, url) => {
    const wanted = scope.jids ? await named(api, [...scope.jids]) : await matching(api, scope);
    await cancelAll(api, context, flags, { wanted, perSecond, url, by: scope.jids ? "" : textOf(scope) });
  });
};

/** @throws NoSuchJobError for the first that is nowhere: a mark of it would wait for a job that never comes */
const named = async (api: ApiConnection, jids: readonly string[]): Promise<readonly Wanted[]> => {
  const all: Wanted[] = [];
  for (const jid of jids) {
    const found = await foundJob(api, jid);
    const identity = found.place === "running" ? found.identity : undefined;
    const { displayClass, queue } = found.job;
    all.push({ jid, place: found.place, class: displayClass, queue, identity });
  }
  return all;
};

const matching = async (api: ApiConnection, { filters, lists }: Scope): Promise<readonly Wanted[]> => {
  const wanted = new Map<string, Wanted>();
  for (const filter of filters) {
    for (const one of lists.includes("running") ? await running(api, filter) : []) wanted.set(one.jid, one);
    for (const list of await listsOf(api, lists)) {
      for await (const { jobs } of pagesOf(list, filter, Infinity)) {
        for (const { job, place } of jobs) {
          const { jid, queue, displayClass } = job;
          if (hasJid(jid) && !wanted.has(jid))
            wanted.set(jid, { jid, place, class: displayClass, queue, identity: undefined });
        }
      }
    }
  }
  return [...wanted.values()];
};

const running = async (api: ApiConnection, filter: Filter): Promise<readonly Wanted[]> =>
  (await new WorkSet(api).all())
    .filter(({ job, runAt }) => filter.matches(job, runAt))
    .flatMap(({ job: { jid, queue, displayClass }, identity }) =>
      !hasJid(jid) ? [] : [{ jid, place: "running", class: displayClass, queue, identity }],
    );

const listsOf = async (api: ApiConnection, names: readonly ListName[]): Promise<readonly JobList[]> => {
  const lists: JobList[] = [];
  for (const name of names) {
    if (name === "queues") lists.push(...(await Queue.all(api)).map(listOfQueue));
    else if (name === "retry" || name === "scheduled") lists.push(listOfSet(api, name));
    else if (name.startsWith("queue:"))
      lists.push(listOfQueue(new Queue(await existingQueue(api, name.slice("queue:".length)), api)));
  }
  return lists;
};

interface Order {
  readonly wanted: readonly Wanted[];
  readonly perSecond: number | undefined;
  readonly url: string;
  /** What has named them; empty where their jids have. */
  readonly by: string;
}

const textOf = ({ filters, lists }: Scope): string =>
  [...filters.map(({ text }) => text), `in ${lists.join(", ")}`].filter((part) => part !== "").join(" ");

const cancelAll = async (
  api: ApiConnection,
  { out }: CommandContext,
  flags: RepairFlags,
  { wanted, perSecond, url, by }: Order,
): Promise<void> => {
  const about = await consequences(api, wanted);
  const question = `Cancel ${counted(wanted.length, "job")}?`;
  if (flags.dryRun) {
    if (flags.json)
      return out.json({ action: "cancel", dry_run: true, matched: wanted.length, lists: listsJson(wanted) });
    return [question, ...about].forEach((line) => out.line(line));
  }
  if (wanted.length > 0 && !(await out.confirm(question, { about }))) return out.warn("Nothing was done.");
  let done = 0;
  const jobs = new Jobs(api);
  const progress = { label: "Cancelling", total: wanted.length, perSecond };
  try {
    for await (const { jid } of out.progress(wanted, progress)) {
      await jobs.cancel(jid);
      done++;
    }
  } catch (error) {
    const problemOf = (one: unknown): string => (orUnusable(one, url) as Error).message;
    throw unfinishedCancel(error, { done, total: wanted.length, problemOf });
  } finally {
    if (done > 0) {
      await writeAudit(api, out, { ...cancelled(wanted, done, by), reason: flags.reason });
    }
  }
  if (flags.json) return out.json({ action: "cancel", done });
  if (done === 0) return out.line("Nothing matches, and nothing was done.");
  out.line(`${counted(done, "job")} ${done === 1 ? "is" : "are"} wanted by nobody any more.`);
};

/** By list, as the other commands that repair have it. */
const listsJson = (wanted: readonly Wanted[]): readonly object[] => {
  const lists = new Map<string, Wanted[]>();
  for (const one of wanted) {
    const name = one.place === "queue" ? `queue:${one.queue ?? ""}` : one.place;
    const list = lists.get(name);
    if (list) list.push(one);
    else lists.set(name, [one]);
  }
  return [...lists].map(([list, all]) => ({
    list,
    matched: all.length,
    classes: valuesOf(all.map((one) => one.class ?? "")),
    queues: valuesOf(all.map(({ queue }) => queue ?? "")),
  }));
};

/** The most frequent first. */
const valuesOf = (values: readonly string[]): readonly Count[] => {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts]
    .map(([value, count]) => ({ value, count }))
    .sort((one, other) => other.count - one.count)
    .slice(0, MOST_VALUES);
};

const MOST_VALUES = 100;
