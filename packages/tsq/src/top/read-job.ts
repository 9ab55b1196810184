/** One job that is opened: as long as it is where it was, what Redis has of it now. */
import { Jobs, WorkSet } from "@tsq/core/api";
import type { ApiConnection, JobPlace } from "@tsq/core/api";
import { jobFacts } from "../jobs/job-facts.ts";
import { openSet } from "../jobs/open-set.ts";
import type { Picture } from "./picture.ts";

export const readJob = async (
  api: ApiConnection,
  of: string,
  opened: JobPlace,
  nowMs: number,
): Promise<Picture> => {
  const there = await isThere(api, opened);
  const found = await new Jobs(api).tell(opened);
  const facts = jobFacts(found, nowMs).map(
    ([label, text]) => [label, label === "Where" ? whereText(text, opened, there) : text] as const,
  );
  return {
    of,
    title: "Job",
    columns: [],
    rows: [{ key: "job", cells: [], target: { kind: "job", at: opened } }],
    from: 0,
    total: 1,
    none: "",
    facts,
  };
};

const whereText = (text: string, { place }: JobPlace, isThere: boolean): string => {
  // It was true then, and is not looked at again.
  if (place === "queue") return `${text}, when it was opened`;
  return isThere ? text : `${text} until a moment ago: it has gone on, or was moved`;
};

/** What is on a queue is not looked for: that would be a walk through all of it, again and again. */
const isThere = async (api: ApiConnection, opened: JobPlace): Promise<boolean> => {
  if (opened.place === "queue") return true;
  if (opened.place === "running") {
    const all = await new WorkSet(api).all();
    return all.some(
      ({ identity, tid, job }) =>
        identity === opened.identity && tid === opened.work?.tid && job.jid === opened.job.jid,
    );
  }
  return (await openSet(api, opened.place).findEntry(opened.job.id)) !== undefined;
};
