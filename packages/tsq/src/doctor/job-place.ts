/** Where a finding about jobs in Redis points: at the line that makes their class, where the project has it: there it is mended. */
import type { Place } from "./check.ts";
import type { Project } from "./project/project.ts";
import { jobsOf, liesIn } from "./redis/job-groups.ts";
import type { JobGroup } from "./redis/job-groups.ts";
import type { Side, Sides } from "./sides.ts";

export interface Pointed {
  readonly where: Place;
  /** Which jobs, in a sentence, and where one of them lies if the place does not say it. */
  readonly jobs: string;
}

/** @param groups at least one: its class is the one that is pointed at */
export const pointAt = (project: Project, sides: Sides, groups: readonly JobGroup[]): Pointed => {
  // There is one.
  const [first] = groups as readonly [JobGroup, ...JobGroup[]];
  const where = placeOfClass(project, first.class, sideOf(sides, first));
  return where
    ? { where, jobs: `${jobsOf(groups)} (${liesIn(first)})` }
    : { where: first.where, jobs: jobsOf(groups) };
};

/** Undefined of a class that the project does not have. */
export const placeOfClass = (project: Project, name: string, side?: Side): Place | undefined => {
  const own = project.classNamed(name, side);
  return own && { file: own.file, line: own.line };
};

/** Who takes the first of them, if that is one language alone. */
const sideOf = (sides: Sides, { jobs: [first] }: JobGroup): Side | undefined => {
  const own = first ? [...sides.of(first.queue)] : [];
  return own.length === 1 ? own[0] : undefined;
};
