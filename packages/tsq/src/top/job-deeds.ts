/** Retry, enqueue, kill, delete: as the commands do it, to rows that were picked or to all that a filter means. */
import { Filter } from "@tsq/core/api";
import type { JobPlace, JobRecord } from "@tsq/core/api";
import { MOST_WORDS, needsTyping } from "@tsq/core/config";
import { counted, withCommas } from "../cli/counted.ts";
import type { Work } from "../cli/progress.ts";
import { terminalText } from "../cli/terminal-text.ts";
import { hasJid } from "../jobs/cancel-words.ts";
import { REPAIR_DEEDS } from "../jobs/repair-deeds.ts";
import { repairLists } from "../jobs/repair-lists.ts";
import type { RepairVerb } from "../jobs/repair-lists.ts";
import { cancelsTakenBack } from "../jobs/cancels-taken-back.ts";
import { previewLines, readAround } from "../jobs/repair-preview.ts";
import type { Found } from "../jobs/repair-preview.ts";
import type { ListName } from "../jobs/repair-scope.ts";
import { repairedLines } from "../jobs/repair-words.ts";
import { carryOut } from "../jobs/repair-work.ts";
import { classText } from "../jobs/job-table.ts";
import type { Hands } from "../jobs/hands.ts";
import type { Deed } from "./deed.ts";

/** Some jobs of a list, or all that a filter means. */
export interface Meant {
  readonly list: ListName;
  readonly jobs: readonly JobPlace[] | "all";
  readonly filter: string;
}

export const listNameOf = (at: JobPlace): ListName => {
  if (at.place === "queue") return `queue:${at.job.queue}`;
  return at.place;
};

export const GONE = "Nothing was done: somebody else has moved them, or they have gone on.";

export const askOfJobs = async (
  hands: Hands,
  verb: "retry" | "enqueue" | "kill" | "delete",
  meant: Meant,
  { signal, tell }: Work,
): Promise<Deed> => {
  const { api } = hands;
  const repair: RepairVerb = verb === "enqueue" ? "retry" : verb;
  const { jobs } = meant;
  if (jobs !== "all" && jobs.some((at) => at.place === "queue" && at.job.jid === undefined))
    return {
      said: "Nothing was done: on a queue a job is named by its jid, and this has none. Clear the queue with D.",
    };
  const [list] = await repairLists(api, [meant.list]);
  if (!list) return { said: GONE };
  const filter = jobs === "all" ? Filter.parse(meant.filter) : byJid(jobs);
  const ids = jobs === "all" ? undefined : jobs.map(idOf);
  const retried = new Set<string>();
  const only = ({ jid }: JobRecord): boolean => {
    if (repair === "retry" && jid !== undefined) retried.add(jid);
    return true;
  };
  const preview = await list.preview({ filter, ids }, { signal, only, onProgress: (looked) => tell(looked) });
  const found: Found = { list, filter, ids, preview, jids: new Set() };
  const { count } = preview;
  if (count === 0) return { said: GONE };
  const deed = {
    ...REPAIR_DEEDS[repair],
    ...(verb === "enqueue" && { asks: "Enqueue", doing: "Enqueuing" }),
  };
  const around = await readAround(api, "", hands.goals);
  const cancels = await cancelsTakenBack(api, retried);
  const picked = jobs === "all" ? [] : jobs;
  const [one] = picked;
  return {
    question: `${deed.asks} ${counted(count, "job")}?`,
    about: [
      // Of several of which one is left nobody knows here which.
      ...(picked.length === 1 && one ? [`  ${nameOf(one)}`] : []),
      ...previewLines(repair, [found], around),
      ...cancels,
      ...goneLines(picked.length - count, picked.length),
    ],
    typed: needsTyping(repair, count) ? `${count}` : undefined,
    doing: deed.doing,
    total: count,
    begin: async (work) => {
      const reports = await carryOut([found], work, {
        verb: repair,
        did: deed.did,
        to: "",
        total: count,
        only: undefined,
        perSecond: undefined,
        problemOf: hands.problemOf,
        write: hands.write,
      });
      const [report = { done: 0, gone: 0, skipped: 0, unsure: 0 }] = reports;
      return repairedLines(deed.did, report).join(" ");
    },
  };
};

/** Of those that were picked. */
export const goneLines = (gone: number, picked: number): readonly string[] =>
  gone > 0
    ? [
        `${withCommas(gone)} of ${withCommas(picked)} picked: somebody else has moved them, or they have gone on.`,
      ]
    : [];

/** As the bulk work of the list names it. */
const idOf = (at: JobPlace): string =>
  at.place === "queue" || at.place === "running" ? (at.job.jid ?? "") : at.job.id;

/** It stands in the audit trail; each is named by its id besides. */
const byJid = (jobs: readonly JobPlace[]): Filter => {
  const jids = jobs.map(({ job }) => job.jid);
  if (jids.length > MOST_WORDS || !jids.every(hasJid)) return Filter.parse("");
  return Filter.of(jids.map((jid) => ({ kind: "jid", value: jid ?? "" })));
};

const nameOf = ({ job }: JobPlace): string => `${classText(job)} ${terminalText(job.jid ?? "(no jid)")}`;
