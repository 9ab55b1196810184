/** Jobs that somebody has named and that are not where they would have to be: where they are instead. */
import { Jobs } from "@tsq/core/api";
import type { ApiConnection, JobLookup, JobPlace } from "@tsq/core/api";
import type { CommandContext } from "../cli/command.ts";
import { counted } from "../cli/counted.ts";
import { terminalText } from "../cli/terminal-text.ts";
import { NoSuchJobError } from "./found-job.ts";
import { whereIs, whereNot } from "./place-words.ts";
import { isIn } from "./repair-scope.ts";
import type { Lists, Scope } from "./repair-scope.ts";

interface Looked {
  /** What was meant. */
  readonly scope: Scope;
  /** Where it can be done. */
  readonly lists: Lists;
}

export const missingJobs = async (
  { api, out }: { readonly api: ApiConnection; readonly out: CommandContext["out"] },
  verb: string,
  missing: readonly string[],
  { scope, lists }: Looked,
): Promise<NoSuchJobError> => {
  // One by one each costs a walk through all lists: the first stands for the others.
  const [named = ""] = missing;
  const first = terminalText(named);
  const looked = named === "" ? NO_JID : await lookFor(named, api, out);
  const found = looked?.found;
  const where = !looked ? NOT_THERE : found ? `is ${whereIs(found.place)}` : terminalText(whereNot(looked));
  const others =
    missing.length > 1 ? `, as ${counted(missing.length - 1, "other")} of ${scope.jids?.size ?? 0}` : "";
  const remedy = found ? remedyFor(found, `tsq ${verb} ${first}`, { scope, lists }) : "";
  return new NoSuchJobError(
    `Expected the jid of a job that tsq ${verb} can be used on here, got \`${first}\`, which ${where}${others}.${remedy}`,
  );
};

/** Undefined when somebody has ended it: what was done before that is told all the same. */
const lookFor = (
  jid: string,
  api: ApiConnection,
  out: CommandContext["out"],
): Promise<JobLookup | undefined> =>
  out.work({ label: "Looking for the others", total: 0 }, ({ signal, tell }) => {
    tell(0);
    return new Jobs(api).find(jid, { signal }).catch((error: unknown) => {
      if (signal.aborted) return undefined;
      throw error;
    });
  });

const NOT_THERE = "is not where that can be done, and was looked for elsewhere only until you ended it";

/** There is nothing that could have it. */
const NO_JID: JobLookup = { found: undefined, looked: 0, isComplete: true };

const remedyFor = (at: JobPlace, command: string, { scope, lists }: Looked): string => {
  const { usual, others = [] } = lists;
  if (isIn(at, scope.lists)) return "";
  if (isIn(at, [...usual, ...others]))
    return ` Write ${command} --in ${at.place === "queue" ? "queues" : at.place}.`;
  return at.place === "dead" ? " It runs again only when somebody retries it." : "";
};
