/** What is done to jobs by hand, in the words of the commands. */
import type { RepairVerb } from "./repair-lists.ts";

export interface RepairDeed {
  /** `Retry 3 jobs?` without the rest. */
  readonly asks: string;
  /** Before the bar. */
  readonly doing: string;
  /** `3 jobs were put on queues.` without the rest. */
  readonly did: string;
}

export const REPAIR_DEEDS: Readonly<Record<RepairVerb, RepairDeed>> = {
  retry: { asks: "Retry", doing: "Retrying", did: "put on queues" },
  kill: { asks: "Kill", doing: "Killing", did: "moved to the dead set" },
  delete: { asks: "Delete", doing: "Deleting", did: "deleted" },
  move: { asks: "Move", doing: "Moving", did: "moved" },
};
