/** Where a test sends a job in flight. */
import type { UnitOfWork } from "./inside-worker.ts";

type Payload = string | Buffer;

export const toRetry = (unit: UnitOfWork, score: string, payload: Payload): Promise<boolean> =>
  unit.move({ kind: "set", set: "retry", score, payload });

export const toSchedule = (unit: UnitOfWork, score: string, payload: Payload): Promise<boolean> =>
  unit.move({ kind: "set", set: "schedule", score, payload });

export const toDead = (unit: UnitOfWork, score: string, payload: Payload): Promise<boolean> =>
  unit.move({ kind: "dead", burial: { score, oldest: "0", maxJobs: 10 }, payload });

export const toQueue = (
  unit: UnitOfWork,
  side: "front" | "back",
  payload: Payload,
  queue = unit.queue,
): Promise<boolean> => unit.move({ kind: "queue", queue, side, payload });
