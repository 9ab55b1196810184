/** Jobs of the sample that have something in common, as one finding tells of them. */
import { clipped } from "../check.ts";
import { counted } from "../../cli/counted.ts";
import type { Place } from "../check.ts";
import type { SampledJob } from "./sample.ts";

export interface JobGroup {
  readonly class: string;
  readonly jobs: readonly SampledJob[];
  /** Where the first of them is. */
  readonly where: Place;
}

/** By their class, the largest first. */
export const byClass = (jobs: readonly SampledJob[]): readonly JobGroup[] => {
  const groups = new Map<string, SampledJob[]>();
  for (const one of jobs) {
    const name = classOf(one);
    groups.set(name, [...(groups.get(name) ?? []), one]);
  }
  return [...groups]
    .map(([name, own]) => ({ class: name, jobs: own, where: placeOf(own[0] as SampledJob) }))
    .toSorted((a, b) => b.jobs.length - a.jobs.length);
};

export const classOf = ({ job }: SampledJob): string => job.runClass ?? "(no class)";

const placeOf = ({ list, queue }: SampledJob): Place => ({
  redis: list === "queue" ? `queue ${queue}` : `set ${list}`,
});

/** `in queue `low``: where they are, in a sentence, or the first of them. */
export const liesIn = ({ jobs }: JobGroup): string => {
  const places = [...new Set(jobs.map(listText))];
  return `${places.length > 1 ? "one " : ""}in ${places[0] ?? ""}`;
};

const listText = ({ list, queue }: SampledJob): string =>
  list === "queue" ? `queue \`${clipped(queue)}\`` : `the ${SET[list]} set`;

const SET = { retry: "retry", schedule: "scheduled", dead: "dead" } as const;

/** `3 jobs of `HardJob` and 2 more classes`; the worst classes first. */
export const jobsOf = (groups: readonly JobGroup[]): string => {
  const count = groups.reduce((sum, { jobs }) => sum + jobs.length, 0);
  const [first] = groups;
  const more = groups.length - 1;
  const others = more > 0 ? ` and ${counted(more, "more class", "more classes")}` : "";
  return `${counted(count, "job")} of \`${clipped(first?.class ?? "")}\`${others}`;
};

const DEEPEST = 100;
const MOST_VALUES = 10_000;

/** All values in the arguments, at any depth, as far as a look at one job may take. */
export function* valuesIn(value: unknown): Generator {
  const open: { readonly value: unknown; readonly depth: number }[] = [{ value, depth: 0 }];
  for (let seen = 0; open.length > 0 && seen < MOST_VALUES; seen++) {
    const { value: next, depth } = open.pop() as (typeof open)[number];
    yield next;
    if (typeof next !== "object" || next === null || depth > DEEPEST) continue;
    for (const inner of Object.values(next)) open.push({ value: inner, depth: depth + 1 });
  }
}
