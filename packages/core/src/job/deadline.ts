/** Until when a job is worth running: the option `deadline`, and the member of the payload that it becomes. */
import { InvalidJobError } from "../errors.ts";
import { inspect } from "../report/inspect.ts";
import { INSTANT_FROM_SECONDS, LONGEST_TIMER_MS } from "../wire/time-limits.ts";
import type { Payload } from "../wire/payload.ts";

/** Of tsq's own: milliseconds since 1970. Ruby keeps it through every hop, and runs the job all the same. */
const FIELD = "tsq_deadline";

// In 1973. What is below may be seconds, and is no deadline of ours.
const EARLIEST_MS = 100_000_000_000;
/** The last instant that a Date has. */
const LATEST_MS = 8_640_000_000_000_000;

/** @throws InvalidJobError when it is neither seconds nor a Date, or a Date that no reader would take for one */
export const checkDeadline = (deadline: unknown, where: string): void => {
  if (deadline === undefined) return;
  if (deadline instanceof Date && !Number.isNaN(deadline.getTime())) {
    if (deadline.getTime() >= EARLIEST_MS) return;
    throw new InvalidJobError(
      `Job 'deadline' must be a Date from ${new Date(EARLIEST_MS).toISOString()} on, got \`${inspect(deadline)}\`${where}. ` +
        "A Date is made of milliseconds: write `new Date(seconds * 1000)`.",
    );
  }
  if (typeof deadline === "number" && deadline > 0 && deadline < INSTANT_FROM_SECONDS) return;
  throw new InvalidJobError(
    `Job 'deadline' must be a number of seconds above 0 and below 1,000,000,000, or a Date, got \`${inspect(deadline)}\`${where}. ` +
      "Seconds are counted from when the job is due; pass a Date for an instant.",
  );
};

/** Makes of the option `deadline`, which is checked, what travels. Seconds count from `atSeconds`, or from now. */
export const writeDeadline = (payload: Payload, atSeconds: number | undefined): void => {
  const { deadline } = payload;
  if (deadline === undefined) return;
  const dueMs = atSeconds === undefined ? Date.now() : atSeconds * 1_000;
  const overMs = deadline instanceof Date ? deadline.getTime() : dueMs + Number(deadline) * 1_000;
  // Of a job that was due in 1970 it is past, and readers are to see one.
  payload[FIELD] = Math.max(EARLIEST_MS, Math.round(overMs));
  delete payload["deadline"];
};

/** Milliseconds since 1970; undefined where there is none, or anything that is none. */
export const deadlineIn = (payload: Readonly<Record<string, unknown>>): number | undefined => {
  const value = payload[FIELD];
  // The one look at jobs that have none.
  if (value === undefined) return undefined;
  return typeof value === "number" && value >= EARLIEST_MS && value <= LATEST_MS ? value : undefined;
};

/** Whether it has a deadline, and that is over. */
export const isLate = (payload: Readonly<Record<string, unknown>>): boolean => {
  const deadlineMs = deadlineIn(payload);
  return deadlineMs !== undefined && Date.now() >= deadlineMs;
};

/** Calls back when this instant is over, or has been for long. @returns what ends the wait, and can be called at any time */
export const watchDeadline = (deadlineMs: number, onOver: () => void): (() => void) => {
  let timer: NodeJS.Timeout | undefined;
  const look = (): void => {
    const leftMs = deadlineMs - Date.now();
    if (leftMs <= 0) onOver();
    // Whoever waits for the job holds the process, if anybody does.
    else timer = setTimeout(look, Math.min(leftMs, LONGEST_TIMER_MS)).unref();
  };
  look();
  return () => clearTimeout(timer);
};
