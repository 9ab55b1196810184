/** Jobs that somebody has named and that are not where they would have to be: where they are instead. */
import { Jobs } from "@tsq/core/api";
import type { ApiConnection } from "@tsq/core/api";
import { counted } from "../cli/counted.ts";
import { terminalText } from "../cli/terminal-text.ts";
import { NoSuchJobError } from "./found-job.ts";

/** @param of how many were named in all */
export const missingJobs = async (
  api: ApiConnection,
  verb: string,
  missing: readonly string[],
  of: number,
): Promise<NoSuchJobError> => {
  // One by one each costs a walk through all lists: the first stands for the others.
  const [named = ""] = missing;
  const first = terminalText(named);
  const { found } = await new Jobs(api).find(named);
  const where = found ? WHERE[found.place] : "is nowhere in this Redis: done, deleted, or never here";
  const others = missing.length > 1 ? `, as ${counted(missing.length - 1, "other")} of ${of}` : "";
  const remedy =
    found?.place === "scheduled" && verb === "retry" ? ` Write tsq retry ${first} --in scheduled.` : "";
  return new NoSuchJobError(
    `Expected the jid of a job that tsq ${verb} can be used on here, got \`${first}\`, which ${where}${others}.${remedy}`,
  );
};

const WHERE = {
  running: "runs",
  queue: "waits on its queue",
  retry: "is in the retry set",
  scheduled: "is scheduled",
  dead: "is in the dead set",
} as const;
