/** Which jobs whoever looks may look at: what is counted, searched and done for them is of these alone. */
import { Filter } from "@tsq/core/api";
import type { FilterTerm, JobRecord } from "@tsq/core/api";
import { ANY_CLASS, FilterError, namedClasses } from "@tsq/core/config";
import type { Permissions, Reason, Subject } from "./permissions.ts";
import { subjectOfJob } from "./subject-of.ts";
import { userKey } from "./user-key.ts";

/** Whether a job may be looked at. */
export type Sight = (job: JobRecord) => Promise<boolean>;

/** Undefined where nothing decides beyond the roles: then nobody has to be asked. */
export const sightOf = (permissions: Permissions, set?: Subject["set"]): Sight | undefined =>
  permissions.isSelective ? (job) => permissions.allows("look", subjectOfJob(job, set)) : undefined;

/**
 * The same for a list with a filter. Where that asks only for what stands also in a row whose job may not be looked at, such
 * rows stay; any other word would tell of a job by finding it.
 */
export const sightFor = (
  permissions: Permissions,
  filter: Filter,
  set?: Subject["set"],
): Sight | undefined => (tells(filter) ? sightOf(permissions, set) : undefined);

/** Whether what a filter finds tells something of a job that a row without class, arguments and error does not. */
export const tells = ({ terms }: Filter): boolean => terms.some(({ kind }) => !OPEN.has(kind));

const OPEN: ReadonlySet<FilterTerm["kind"]> = new Set(["queue", "jid", "after", "before"]);

/** By whom something is kept that depends on who looks: nobody where it does not. */
export const sightKey = ({ user, isSelective }: Permissions): string => (isSelective ? userKey(user) : "");

/** The classes that a filter names; of one that cannot be read nobody can tell. */
export const classesIn = (filter: string): readonly string[] => {
  try {
    return namedClasses(Filter.parse(filter));
  } catch (error) {
    if (error instanceof FilterError) return [ANY_CLASS];
    throw error;
  }
};

/** Of these classes, why those may not be looked at that may not. Of those that nobody can tell it is not known that they may. */
export const hiddenClassesOf = async (
  permissions: Permissions,
  classes: Iterable<string>,
): Promise<ReadonlyMap<string, string>> => {
  const names = [...new Set(classes)];
  const reasons: readonly Reason[] = await permissions.whyEach(
    "look",
    names.map((name) => ({ class: name })),
  );
  return new Map(
    names.flatMap((name, i) => {
      const why = name === ANY_CLASS ? permissions.whyUntold : reasons[i];
      return why === undefined ? [] : [[name, why] as const];
    }),
  );
};
