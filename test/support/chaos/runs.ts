/** The jobs of a history, each with its runs, as the checker looks at them. */
import type { HistoryEvent, Plan } from "./history.ts";

export interface Run {
  readonly n: number;
  readonly id: string;
  readonly attempt: number;
  readonly pid: number;
  readonly startedAt: number;
  endedAt: number | undefined;
  how: "done" | "failed" | "aborted" | undefined;
}

/** Whether it had begun by then, and ended later. */
export const isOngoing = ({ startedAt, endedAt }: Run, at: number): boolean =>
  startedAt < at && endedAt !== undefined && endedAt > at;

export interface TrackedJob {
  readonly n: number;
  readonly id: string;
  readonly plan: Plan;
  readonly pushedAt: number;
  /** When the push was answered, well or not; undefined when it never was. */
  answeredAt: number | undefined;
  isAccepted: boolean;
  /** In the order in which they started. */
  readonly runs: Run[];
}

export interface Jobs {
  readonly byNumber: ReadonlyMap<number, TrackedJob>;
  /** Runs of what nobody pushed, and ends without a start. */
  readonly strangers: readonly string[];
}

/** @param events in the order of their times */
export function jobsOf(events: readonly HistoryEvent[]): Jobs {
  const byNumber = new Map<number, TrackedJob>();
  const runs = new Map<string, Run>();
  const strangers: string[] = [];
  for (const event of events) {
    switch (event.kind) {
      case "pushing":
        byNumber.set(event.n, {
          n: event.n,
          id: event.id,
          plan: event.plan,
          pushedAt: event.at,
          answeredAt: undefined,
          isAccepted: false,
          runs: [],
        });
        break;
      case "accepted":
      case "refused": {
        const job = byNumber.get(event.n);
        if (!job) break;
        job.answeredAt = event.at;
        job.isAccepted = event.kind === "accepted";
        break;
      }
      case "start": {
        const { n, id, attempt, pid, at } = event;
        const job = byNumber.get(n);
        if (!job || job.id !== event.id) strangers.push(`job ${n} (${event.id}) ran, which nobody pushed so`);
        const run: Run = { n, id, attempt, pid, startedAt: at, endedAt: undefined, how: undefined };
        job?.runs.push(run);
        runs.set(event.run, run);
        break;
      }
      case "end": {
        const run = runs.get(event.run);
        if (!run) {
          strangers.push(`run ${event.run} of job ${event.n} ended without a start`);
          break;
        }
        run.endedAt = event.at;
        run.how = event.how;
        break;
      }
      // Faults are strikes.ts's.
      case "killed":
      case "frozen":
      case "landed":
      case "thawed":
      case "expired":
      case "told to stop":
      case "exited":
      case "outage":
      case "rollback":
      case "clock step":
        break;
    }
  }
  return { byNumber, strangers };
}
