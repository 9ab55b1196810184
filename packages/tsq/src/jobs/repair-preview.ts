/** What something would be done to, and what follows from it: counted before anybody says yes. */
import { ProcessSet, Stats } from "@tsq/core/api";
import type { ApiConnection, BulkPreview, Count, Filter } from "@tsq/core/api";
import { deadMostOf, followsOf } from "@tsq/core/config";
import type { Follow, Goals, Surroundings } from "@tsq/core/config";
import { spanText } from "../cli/ages.ts";
import { counted, withCommas } from "../cli/counted.ts";
import { terminalText } from "../cli/terminal-text.ts";
import type { RepairList, RepairVerb } from "./repair-lists.ts";

/** What was found in one list. */
export interface Found {
  readonly list: RepairList;
  readonly filter: Filter;
  /** Of jobs that were picked one by one, what names them: as in a scope. */
  readonly ids?: readonly string[] | undefined;
  readonly preview: BulkPreview;
  /** Of jids that were typed, those that are there; else empty. */
  readonly jids: ReadonlySet<string>;
}

export const countOf = (found: readonly Found[]): number =>
  found.reduce((sum, { preview }) => sum + preview.count, 0);

/**
 * @param to the queue of a move; else empty
 * @param goals for how long jobs of each queue may wait
 */
export const readAround = async (
  api: ApiConnection,
  to: string,
  goals: Goals = {},
): Promise<Surroundings> => {
  const [{ queues, dead }, processes] = await Promise.all([
    new Stats(api).fetch(),
    new ProcessSet(api).all(),
  ]);
  return { queues, processes, dead, deadMost: deadMostOf(api.deadMaxJobs, dead), to, goals };
};

/** Lines above the question. */
export const previewLines = (
  verb: RepairVerb,
  found: readonly Found[],
  around: Surroundings,
): readonly string[] => {
  const there = found.filter(({ preview }) => preview.count > 0);
  return [
    ...listLines(there),
    `  by class: ${shares(there.map(({ preview }) => preview.class.values))}`,
    `  by queue: ${shares(there.map(({ preview }) => preview.queue.values))}`,
    ...consequences(verb, there),
    ...followsOf(
      verb,
      there.map(({ preview }) => preview),
      around,
    ).map((follow) => followText(follow, verb)),
  ];
};

/** Queues can be as many as there are customers: those behind the first lists are told together. */
const MOST_LISTS = 6;

const listLines = (there: readonly Found[]): readonly string[] => {
  // The sets are few: none of them is among those others.
  const sorted = [false, true].flatMap((isQueue) =>
    there.filter(({ list }) => (list.place === "queue") === isQueue),
  );
  const rest = sorted.slice(MOST_LISTS);
  const lines = sorted
    .slice(0, MOST_LISTS)
    .map(({ list, preview }) => [withCommas(preview.count), terminalText(list.called)] as const);
  if (rest.length > 0) lines.push([withCommas(countOf(rest)), `on ${counted(rest.length, "other queue")}`]);
  const widest = lines.reduce((most, [count]) => Math.max(most, count.length), 0);
  return lines.map(([count, where]) => `  ${count.padStart(widest)} ${where}`);
};

const consequences = (verb: RepairVerb, found: readonly Found[]): readonly string[] => {
  const has = (place: RepairList["place"]): boolean => found.some(({ list }) => list.place === place);
  const isOfSets = found.some(({ list }) => list.place !== "queue");
  if (verb === "delete") return ["They are gone for good: nobody can bring them back."];
  if (verb === "kill")
    return [
      "They go to the dead set, and run again only when somebody says so. Death handlers are not told.",
    ];
  if (verb === "move") {
    return [
      ...(has("queue") ? ["Those of queues wait again, at the end of that queue."] : []),
      ...(isOfSets
        ? [
            "Those of sets stay where they are, and go to that queue when their time comes, or when they are retried.",
          ]
        : []),
    ];
  }
  return [
    ...(has("retry") || has("dead") ? ["Each goes to its queue now, with one failure taken back."] : []),
    ...(has("scheduled")
      ? ["Those that are scheduled go to their queues now instead of at their time."]
      : []),
  ];
};

const MOST_SHARES = 6;

const shares = (all: readonly (readonly Count[])[]): string => {
  const sums = new Map<string, number>();
  for (const { value, count } of all.flat()) sums.set(value, (sums.get(value) ?? 0) + count);
  const sorted = [...sums].sort(([, one], [, other]) => other - one);
  const shown = sorted
    .slice(0, MOST_SHARES)
    .map(([name, count]) => `${terminalText(name) || "(none)"} ${withCommas(count)}`);
  const rest = sorted.slice(MOST_SHARES).reduce((sum, [, count]) => sum + count, 0);
  return [...shown, ...(rest > 0 ? [`others ${withCommas(rest)}`] : [])].join(", ");
};

const followText = (follow: Follow, verb: RepairVerb): string => {
  if (follow.kind === "trims")
    return `The dead set keeps fewer than ${withCommas(follow.most)}: the oldest of it are thrown away.`;
  const { count } = follow;
  const queue = terminalText(follow.queue);
  if (follow.kind === "late")
    return `${queue} is ${spanText(follow.latency * 1_000)} behind already, and gets ${counted(count, "job")} more.`;
  if (follow.kind === "paused") return `${queue} is paused: ${counted(count, "job")} will wait there.`;
  const nobody = `Nobody takes jobs from ${queue} now`;
  // Those of sets go there later, or never.
  return verb === "move" ? `${nobody}.` : `${nobody}: ${counted(count, "job")} will wait there.`;
};
