/** The entries of a set that somebody has named in a form, and something done to each of them. */
import { MalformedPayloadError } from "@tsq/core/config";
import type { SortedEntry } from "@tsq/core/api";
import { plain, redirect } from "../answers.ts";
import type { Reason } from "../security/permissions.ts";
import { subjectOfJob } from "../security/subject-of.ts";
import type { SetKind } from "../sets.ts";
import type { Visit } from "../visit.ts";
import type { Tally } from "./said.ts";

/** Those that are still there. */
export const entriesOf = async (
  visit: Visit,
  kind: SetKind,
  keys: readonly string[],
): Promise<SortedEntry[]> => {
  const set = kind.open(visit.api);
  const found = await Promise.all([...new Set(keys)].map((key) => set.findEntry(key)));
  return found.filter((entry) => entry !== undefined);
};

/** Why an entry may not be looked at, by whatever door. */
export const whyHidden = (visit: Visit, kind: SetKind, entry: SortedEntry): Promise<Reason> =>
  visit.permissions.why("look", subjectOfJob(entry, kind.set));

/** The entry that the path names, if it may be looked at; one that has moved on leads to the list, as in Sidekiq::Web. */
export const shownEntry = async (visit: Visit, kind: SetKind): Promise<SortedEntry | Response> => {
  const entry = await kind.open(visit.api).findEntry(visit.params["key"] ?? "");
  if (!entry) return redirect(visit.to(kind.path));
  const why = await whyHidden(visit, kind, entry);
  return why === undefined ? entry : plain(why, 403);
};

/**
 * Does it to one after the other.
 *
 * @param counts told how many it was done to, from none on, also when it breaks off
 */
export const tallied = async <T>(
  entries: readonly T[],
  deed: (entry: T) => Promise<boolean>,
  counts: (done: number) => void,
): Promise<Tally> => {
  const tally = { done: 0, gone: 0, malformed: 0 };
  counts(0);
  for (const entry of entries) {
    try {
      if (await deed(entry)) counts((tally.done += 1));
      else tally.gone += 1;
    } catch (error) {
      // Among others that can be moved there may be something that is no job.
      if (!(error instanceof MalformedPayloadError)) throw error;
      tally.malformed += 1;
    }
  }
  return tally;
};

/** The list as it was looked at: Sidekiq::Web keeps the query of the page that the form was on. */
export const listAgain = (visit: Visit, { path }: SetKind): string => {
  const [, came = ""] = visit.cameFrom("").split("?");
  // A question in between has kept it.
  const query = new URLSearchParams(visit.form.get("from") ?? came).toString();
  return query === "" ? path : `${path}?${query}`;
};
