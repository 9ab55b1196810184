/**
 * What may make a job run again: a process that died, that was stopped by force or that lost its lease, and a
 * Redis that forgot. Each excuses only the runs that it can have touched.
 */
import type { HistoryEvent } from "./history.ts";
import { Returns } from "./returns.ts";
import type { Run } from "./runs.ts";

export type Cause = "crash" | "forced stop" | "expired owner" | "rollback";

export interface Strike {
  readonly cause: Cause;
  readonly at: number;
  /** Whether this run's job may have come back for it. */
  covers(run: Run): boolean;
}

export interface StrikeRules {
  /** A finished job is acknowledged within this time when nothing is in the way. */
  readonly ackLagMs: number;
}

// A connection that comes back waits up to two seconds between its attempts.
const RECONNECT_MS = 3_000;

type Outage = Extract<HistoryEvent, { kind: "outage" }>;

export function strikesOf(events: readonly HistoryEvent[], { ackLagMs }: StrikeRules): readonly Strike[] {
  const outages = events.filter((event) => event.kind === "outage");
  const returns = new Returns(events);

  /** Whether a run was still going on at that time, or done and perhaps not yet acknowledged. */
  const isOpen = (run: Run, at: number): boolean => {
    if (run.startedAt > at) return false;
    if (run.endedAt === undefined || run.endedAt >= at) return true;
    const outageMs = overlap(outages, run.endedAt, at);
    return at - run.endedAt - outageMs <= ackLagMs + (outageMs > 0 ? RECONNECT_MS : 0);
  };

  const strikes: Strike[] = [];
  for (const [i, event] of events.entries()) {
    if (event.kind === "killed") {
      strikes.push(crash(event, goneAt(events, i, event.pid), isOpen));
    } else if (event.kind === "rollback") {
      strikes.push(forgetting(event, ackLagMs, returns));
    } else if (event.kind === "told to stop") {
      strikes.push(forcedStop(event, endOf(events, i, event.pid), outages, isOpen));
    } else if (event.kind === "expired") {
      strikes.push(...expiry(events, i, event.pid, isOpen));
    }
  }
  return strikes;
}

type IsOpen = (run: Run, at: number) => boolean;

/** What it was killed with; and what it began before the signal, which is noted first, had reached it. */
function crash(
  { pid, at }: Extract<HistoryEvent, { kind: "killed" }>,
  exitedAt: number,
  isOpen: IsOpen,
): Strike {
  const isBegunMeanwhile = ({ startedAt }: Run): boolean => startedAt > at && startedAt <= exitedAt;
  return {
    cause: "crash",
    at,
    covers: (run) => run.pid === pid && (isOpen(run, at) || isBegunMeanwhile(run)),
  };
}

/** When the process was known to be gone; where nobody has noted it, when it was killed. */
function goneAt(events: readonly HistoryEvent[], from: number, pid: number): number {
  const exited = events.slice(from).find((event) => event.kind === "exited" && event.pid === pid);
  return (exited ?? events[from])?.at ?? 0;
}

/** Redis may forget that it gave a job away, or that it heard of its end: then it has the job again. */
function forgetting(
  event: Extract<HistoryEvent, { kind: "rollback" }>,
  ackLagMs: number,
  returns: Returns,
): Strike {
  const { at, windowMs, until = at } = event;
  const holds = new Set(event.holds);
  return {
    cause: "rollback",
    at,
    covers: ({ id, pid, startedAt, endedAt = Number.POSITIVE_INFINITY }) =>
      holds.has(id) &&
      startedAt <= until + ackLagMs &&
      returns.heardAt(pid, endedAt) >= at - windowMs - ackLagMs,
  };
}

/** A stop hands back what runs at its deadline, and no sooner. */
function forcedStop(
  { pid, at, graceMs }: Extract<HistoryEvent, { kind: "told to stop" }>,
  exitedAt: number,
  outages: readonly Outage[],
  isOpen: IsOpen,
): Strike {
  // Two clocks' worth of rounding.
  const deadline = at + graceMs - 20;
  const handsBack = (run: Run): boolean =>
    run.startedAt <= exitedAt && (run.endedAt === undefined || run.endedAt >= deadline);
  // Without Redis it ends with its last acknowledgements unsaid.
  const endsUnheard = (run: Run): boolean =>
    Number.isFinite(exitedAt) && isOpen(run, exitedAt) && overlap(outages, run.startedAt, exitedAt) > 0;
  return {
    cause: "forced stop",
    at,
    covers: (run) => run.pid === pid && (handsBack(run) || endsUnheard(run)),
  };
}

/** A process that was frozen beyond its lease: what it ran then was given to others, also what it takes off its pads later. */
function expiry(events: readonly HistoryEvent[], i: number, pid: number, isOpen: IsOpen): readonly Strike[] {
  const frozen = events.slice(0, i).findLast((event) => event.kind === "frozen" && event.pid === pid);
  // A dead process's hash expires too; its death is the cause.
  if (!frozen) return [];
  const thawed = events.slice(i).find((event) => event.kind === "thawed" && event.pid === pid);
  const noticedAt = (thawed?.at ?? Number.POSITIVE_INFINITY) + RECONNECT_MS;
  return [
    {
      cause: "expired owner",
      at: frozen.at,
      covers: (run) =>
        run.pid === pid &&
        (isOpen(run, frozen.at) || (run.startedAt > frozen.at && run.startedAt <= noticedAt)),
    },
  ];
}

function endOf(events: readonly HistoryEvent[], from: number, pid: number): number {
  const end = events
    .slice(from)
    .find((event) => (event.kind === "exited" || event.kind === "killed") && event.pid === pid);
  return end?.at ?? Number.POSITIVE_INFINITY;
}

/** How much of the time between was an outage. */
export function overlap(outages: readonly Outage[], from: number, to: number): number {
  return outages.reduce(
    (sum, outage) => sum + Math.max(0, Math.min(outage.until, to) - Math.max(outage.at, from)),
    0,
  );
}
