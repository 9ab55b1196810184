/** Findings of one kind as one: a thousand queues that nobody serves have one cause, and one place in the list. */
import type { Finding } from "@tsq/core/api";

/** Findings of one kind. */
export interface FindingGroup {
  readonly kind: Finding["kind"];
  /** Of the most urgent of them. */
  readonly level: Finding["level"];
  /** The worst few, the worst first. */
  readonly worst: readonly Finding[];
  readonly total: number;
}

const MOST_NAMED = 3;

/** By what one is worse than another of its kind; of the other kinds there is but one. */
const MEASURES: Partial<Readonly<Record<Finding["kind"], string>>> = {
  "queue-unserved": "latency",
  "queue-paused": "latency",
  "class-unrunnable": "count",
  "error-growing": "recent",
  "process-silent": "seconds",
  "process-stuck": "seconds",
  "job-long": "seconds",
};

const LEVELS: readonly Finding["level"][] = ["critical", "warning", "note"];

/** In the order of the list, which begins with the most urgent. */
export const groupsOf = (list: readonly Finding[]): readonly FindingGroup[] => {
  const byKind = new Map<Finding["kind"], Finding[]>();
  for (const finding of list) {
    const same = byKind.get(finding.kind);
    if (same) same.push(finding);
    else byKind.set(finding.kind, [finding]);
  }
  return [...byKind].map(([kind, all]) => {
    const worst = worstOf(all);
    return { kind, level: worst[0]?.level ?? "note", worst, total: all.length };
  });
};

/** Without an order of all of them: of a fleet that is full they are thousands, and each page asks some times. */
const worstOf = (all: readonly Finding[]): readonly Finding[] => {
  const worst: Finding[] = [];
  for (const finding of all) {
    // Of those that are as bad the first stays the first.
    const at = worst.findIndex((one) => byWeight(finding, one) < 0);
    if (at >= 0) worst.splice(at, 0, finding);
    else if (worst.length < MOST_NAMED) worst.push(finding);
    if (worst.length > MOST_NAMED) worst.pop();
  }
  return worst;
};

const byWeight = (one: Finding, other: Finding): number =>
  LEVELS.indexOf(one.level) - LEVELS.indexOf(other.level) || weightOf(other) - weightOf(one);

const weightOf = ({ kind, evidence }: Finding): number => {
  const { latency, goal } = evidence;
  // Late is what is beyond its goal, and that is a day for one queue and a minute for another.
  if (kind === "queue-late" && typeof latency === "number" && typeof goal === "number") return latency / goal;
  const weight = evidence[MEASURES[kind] ?? ""];
  return typeof weight === "number" ? weight : 0;
};
