/** What a key that changes something leads to. */
import type { Work } from "../cli/progress.ts";
import type { ListName } from "../jobs/repair-scope.ts";
import type { Verb } from "./key-list.ts";
import { askOfCancel } from "./cancel-deed.ts";
import type { Hands } from "../jobs/hands.ts";
import type { Deed } from "./deed.ts";
import { askOfJobs, listNameOf } from "./job-deeds.ts";
import type { Meant } from "./job-deeds.ts";
import type { Row } from "./picture.ts";
import { askOfProcesses } from "./process-deed.ts";
import { askOfClear, pauseOrResume } from "./queue-deeds.ts";
import { setOf } from "./tabs.ts";
import type { Place } from "./tabs.ts";

/** @param rows those that are meant; `all` that the list shows by its filter */
export const deedOf = (
  hands: Hands,
  verb: Verb,
  rows: readonly Row[] | "all",
  where: { readonly place: Place; readonly filter: string },
  work: Work,
): Promise<Deed> => {
  const targets = rows === "all" ? [] : rows.map(({ target }) => target);
  const queues = targets.flatMap((target) => (target.kind === "queue" ? [target] : []));
  if (verb === "pause") return pauseOrResume(hands, queues);
  if (verb === "clear") return askOfClear(hands, queues);
  if (verb === "quiet" || verb === "stop") {
    const processes = targets.flatMap((target) => (target.kind === "process" ? [target.process] : []));
    return askOfProcesses(hands, verb, processes);
  }
  if (verb === "cancel") return askOfCancel(hands, meantBy(rows, where), work);
  return askOfJobs(hands, verb, meantBy(rows, where), work);
};

const meantBy = (
  rows: readonly Row[] | "all",
  { place, filter }: { readonly place: Place; readonly filter: string },
): Meant => {
  if (rows === "all") {
    const list: ListName | undefined = place.queue === undefined ? setOf(place.tab) : `queue:${place.queue}`;
    // Of no other list all can be meant.
    return list ? { list, jobs: "all", filter } : { list: "retry", jobs: [], filter: "" };
  }
  const jobs = rows.flatMap(({ target }) => (target.kind === "job" ? [target.at] : []));
  const [first] = jobs;
  return { list: first ? listNameOf(first) : "retry", jobs, filter: "" };
};
