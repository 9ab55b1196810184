/** Cancel: as the command does it. */
import { WorkSet } from "@tsq/core/api";
import type { ApiConnection, JobPlace } from "@tsq/core/api";
import type { Work } from "../cli/progress.ts";
import { withCommas } from "../cli/counted.ts";
import { terminalText } from "../cli/terminal-text.ts";
import { cancelledText, cancelQuestion, consequences, hasJid } from "../jobs/cancel-words.ts";
import type { Wanted } from "../jobs/cancel-words.ts";
import { cancelAll, wantedAt, wantedIn } from "../jobs/cancel-work.ts";
import { classText } from "../jobs/job-table.ts";
import { openSet } from "../jobs/open-set.ts";
import { allOf } from "../jobs/repair-scope.ts";
import type { Hands } from "../jobs/hands.ts";
import type { Deed } from "./deed.ts";
import { GONE, goneLines } from "./job-deeds.ts";
import type { Meant } from "./job-deeds.ts";

export const askOfCancel = async (hands: Hands, meant: Meant, work: Work): Promise<Deed> => {
  const { api, problemOf, write } = hands;
  const by = meant.jobs === "all" ? allOf(meant.list, meant.filter) : undefined;
  const picked = meant.jobs === "all" ? [] : meant.jobs.filter(({ job }) => hasJid(job.jid));
  const unnamed = meant.jobs === "all" ? 0 : meant.jobs.length - picked.length;
  const there = await stillThere(api, picked);
  const wanted = by ? (await wantedIn(api, by, work)).wanted : there.flatMap(wantedAt);
  const total = wanted.length;
  if (total === 0 && picked.length > 0) return { said: GONE };
  if (total === 0) return { said: "Nothing was done: a job is cancelled by its jid, and there is none." };
  const [one] = wanted;
  return {
    question: cancelQuestion(wanted),
    about: [
      ...(total === 1 && one ? [`  ${shownOf(one)}`] : []),
      ...(await consequences(api, wanted)),
      ...goneLines(picked.length - there.length, picked.length),
      ...(unnamed > 0
        ? [`${withCommas(unnamed)} of ${withCommas(unnamed + picked.length)} left alone: without a jid.`]
        : []),
    ],
    typed: undefined,
    doing: "Cancelling",
    total,
    begin: async (under) =>
      cancelledText(await cancelAll(api, wanted, under, { by, perSecond: undefined, problemOf, write })),
  };
};

/** Those that are where they were seen. On a queue none is looked for: that would be a walk through all of it. */
const stillThere = async (api: ApiConnection, picked: readonly JobPlace[]): Promise<readonly JobPlace[]> => {
  const set = new WorkSet(api);
  const jids = new Set(picked.flatMap(({ place, job }) => (place === "running" ? job.jid : [])));
  const runs = jids.size > 0 ? await set.all() : [];
  // What a heartbeat has told may have ended since.
  const meant = await set.stillRunning(runs.filter(({ job }) => job.jid !== undefined && jids.has(job.jid)));
  const running = new Set(meant.map(({ job }) => job.jid));
  const there: JobPlace[] = [];
  for (const at of picked) {
    const isThere =
      at.place === "queue" ||
      (at.place === "running"
        ? running.has(at.job.jid)
        : (await openSet(api, at.place).findEntry(at.job.id)) !== undefined);
    if (isThere) there.push(at);
  }
  return there;
};

const shownOf = ({ class: name, jid }: Wanted): string =>
  `${classText({ displayClass: name, error: undefined })} ${terminalText(jid)}`;
