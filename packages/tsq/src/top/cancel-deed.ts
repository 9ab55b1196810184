/** Cancel: as the command does it. */
import { DeadSet, Filter, Jobs, Queue, RetrySet, ScheduledSet, WorkSet } from "@tsq/core/api";
import type { ApiConnection, JobPlace } from "@tsq/core/api";
import { counted, withCommas } from "../cli/counted.ts";
import { StoppedError } from "../cli/progress.ts";
import { terminalText } from "../cli/terminal-text.ts";
import { cancelled, consequences, hasJid, unfinishedCancel } from "../jobs/cancel-words.ts";
import type { Wanted } from "../jobs/cancel-words.ts";
import { listOfQueue, listOfSet, pagesOf } from "../jobs/job-lists.ts";
import type { Work } from "../cli/progress.ts";
import type { Deed, Hands } from "./deed.ts";
import { GONE, goneLines } from "./job-deeds.ts";
import type { Meant } from "./job-deeds.ts";

export const askOfCancel = async (hands: Hands, meant: Meant, work: Work): Promise<Deed> => {
  const { api } = hands;
  const picked = meant.jobs === "all" ? [] : meant.jobs.filter(({ job }) => hasJid(job.jid));
  const there = await stillThere(api, picked);
  const wanted = meant.jobs === "all" ? await matching(api, meant, work) : there.flatMap(wantedOf);
  const total = wanted.length;
  if (total === 0 && picked.length > 0) return { said: GONE };
  if (total === 0) return { said: "Nothing was done: a job is cancelled by its jid, and there is none." };
  const [one] = wanted;
  return {
    question: `Cancel ${counted(total, "job")}?`,
    about: [
      ...(total === 1 && one ? [`  ${one.shown}`] : []),
      ...(await consequences(api, wanted)),
      ...goneLines(picked.length - there.length, picked.length),
    ],
    typed: undefined,
    doing: "Cancelling",
    total,
    begin: async ({ signal, tell }) => {
      const jobs = new Jobs(api);
      let done = 0;
      try {
        for (const { jid } of wanted) {
          if (signal.aborted) throw new StoppedError({ label: "", total }, done);
          await jobs.cancel(jid);
          tell(++done);
        }
      } catch (error) {
        throw unfinishedCancel(error, { done, total, problemOf: hands.problemOf });
      } finally {
        if (done > 0) await hands.write(cancelled(wanted, done, byOf(meant)));
      }
      return `${withCommas(done)} ${done === 1 ? "job is" : "jobs are"} wanted by nobody any more.`;
    },
  };
};

/** What has named them; of those that were picked each jid does. */
const byOf = ({ jobs, filter, list }: Meant): string =>
  jobs === "all" ? [filter, `in ${list}`].filter((part) => part !== "").join(" ") : "";

/** Those that are where they were seen. On a queue none is looked for: that would be a walk through all of it. */
const stillThere = async (api: ApiConnection, picked: readonly JobPlace[]): Promise<readonly JobPlace[]> => {
  const runs = picked.some(({ place }) => place === "running") ? await new WorkSet(api).all() : [];
  const running = new Set(runs.map(({ job }) => job.jid));
  const there: JobPlace[] = [];
  for (const at of picked) {
    const isThere =
      at.place === "queue" ||
      (at.place === "running"
        ? running.has(at.job.jid)
        : (await new SETS[at.place](api).findEntry(at.job.id)) !== undefined);
    if (isThere) there.push(at);
  }
  return there;
};

const SETS = { retry: RetrySet, dead: DeadSet, scheduled: ScheduledSet } as const;

interface ShownWanted extends Wanted {
  readonly shown: string;
}

const wantedOf = (at: JobPlace): readonly ShownWanted[] => {
  const { jid, displayClass, queue } = at.job;
  if (!hasJid(jid)) return [];
  const identity = at.place === "running" ? at.identity : undefined;
  return [{ jid, place: at.place, class: displayClass, queue, identity, shown: shownOf(displayClass, jid) }];
};

const matching = async (
  api: ApiConnection,
  { list, filter }: Meant,
  { signal, tell }: Work,
): Promise<readonly ShownWanted[]> => {
  const found = new Map<string, ShownWanted>();
  const source =
    list === "retry" || list === "scheduled" || list === "dead"
      ? listOfSet(api, list)
      : listOfQueue(new Queue(list.slice("queue:".length), api));
  let looked = 0;
  for await (const page of pagesOf(source, Filter.parse(filter), Infinity)) {
    if (signal.aborted) throw new StoppedError({ label: "", total: 0 }, 0);
    tell((looked += page.looked));
    for (const { job, place } of page.jobs) {
      const { jid, queue, displayClass } = job;
      if (hasJid(jid) && !found.has(jid))
        found.set(jid, {
          jid,
          place,
          class: displayClass,
          queue,
          identity: undefined,
          shown: shownOf(displayClass, jid),
        });
    }
  }
  return [...found.values()];
};

const shownOf = (name: string | undefined, jid: string): string =>
  `${terminalText(name ?? "(no class)")} ${terminalText(jid)}`;
