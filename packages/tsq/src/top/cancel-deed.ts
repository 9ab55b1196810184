/** Cancel: as the command does it. */
import { Filter, Jobs, Queue } from "@tsq/core/api";
import type { ApiConnection, JobPlace } from "@tsq/core/api";
import { counted, withCommas } from "../cli/counted.ts";
import { StoppedError } from "../cli/progress.ts";
import { terminalText } from "../cli/terminal-text.ts";
import { cancelled, consequences } from "../jobs/cancel-words.ts";
import type { Wanted } from "../jobs/cancel-words.ts";
import { listOfQueue, listOfSet, pagesOf } from "../jobs/job-lists.ts";
import type { Work } from "../cli/progress.ts";
import type { Deed, Hands } from "./deed.ts";
import type { Meant } from "./job-deeds.ts";

export const askOfCancel = async (hands: Hands, meant: Meant, work: Work): Promise<Deed> => {
  const { api } = hands;
  const wanted = meant.jobs === "all" ? await matching(api, meant, work) : meant.jobs.flatMap(wantedOf);
  const total = wanted.length;
  if (total === 0) return { said: "Nothing was done: a job is cancelled by its jid, and there is none." };
  const [one] = wanted;
  return {
    question: `Cancel ${counted(total, "job")}?`,
    about: [...(total === 1 && one ? [`  ${one.shown}`] : []), ...(await consequences(api, wanted))],
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
      } finally {
        if (done > 0) await hands.write(cancelled(wanted, done));
      }
      return `${withCommas(done)} ${done === 1 ? "job is" : "jobs are"} wanted by nobody any more.`;
    },
  };
};

interface ShownWanted extends Wanted {
  readonly shown: string;
}

const wantedOf = (at: JobPlace): readonly ShownWanted[] => {
  const { jid, displayClass, queue } = at.job;
  if (jid === undefined) return [];
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
      if (jid !== undefined && !found.has(jid))
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
