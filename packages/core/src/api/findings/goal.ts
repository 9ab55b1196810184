/** For how long the oldest job of a queue may wait. Whoever says that a queue is late says it by this. */
import { LIMITS } from "./finding.ts";
import type { FindingLimits } from "./finding.ts";

/** Seconds for all queues, and for single ones by name. */
export type Goals = Pick<FindingLimits, "goal" | "goals">;

/** The goal of one queue, in seconds. */
export const goalOf = (queue: string, { goal = LIMITS.goal, goals = {} }: Goals = {}): number =>
  Object.hasOwn(goals, queue) ? (goals[queue] ?? goal) : goal;

/** Whether its oldest job has waited for longer than it should. */
export const isLate = (
  { name, latency }: { readonly name: string; readonly latency: number },
  goals: Goals,
): boolean => latency > goalOf(name, goals);
