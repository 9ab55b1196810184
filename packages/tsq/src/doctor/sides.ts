/** Which languages serve a queue: those of processes that are alive, and those of the workers that the project starts. */
import type { ProcessRecord } from "@tsq/core/api";
import type { DoctorContext } from "./context.ts";

export type Side = "ruby" | "typescript";

export const sideOf = ({ isRuby }: Pick<ProcessRecord, "isRuby">): Side => (isRuby ? "ruby" : "typescript");

/** Who serves each queue, and whether somebody may serve others that nobody knows of. */
export interface Sides {
  readonly of: (queue: string) => ReadonlySet<Side>;
  /** Whether a process is alive that serves it: the workers of the project may run nowhere. */
  readonly isServedNow: (queue: string) => boolean;
  readonly isOpen: boolean;
}

export const readSides = async ({ redis, project }: DoctorContext): Promise<Sides> => {
  const sides = new Map<string, Set<Side>>();
  const add = (queue: string, side: Side): void =>
    void sides.set(queue, (sides.get(queue) ?? new Set<Side>()).add(side));
  const workers = project.workers();
  for (const worker of workers)
    for (const { name } of worker.queues ?? []) for (const side of worker.sides) add(name, side);
  const alive = new Set<string>();
  for (const process of (await redis?.processes()) ?? [])
    if (!process.isQuiet)
      for (const queue of process.queues) {
        add(queue, sideOf(process));
        alive.add(queue);
      }
  return {
    of: (queue) => sides.get(queue) ?? new Set<Side>(),
    isServedNow: (queue) => alive.has(queue),
    isOpen:
      project.hasQueuesInCode() ||
      workers.some(({ queues, sides: own }) => queues === undefined || own.length === 0),
  };
};
