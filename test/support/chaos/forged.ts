/** Histories that never happened, for the checker to judge. */
import { check, type FinalState } from "./checker.ts";
import type { HistoryEvent, Memory, Plan } from "./history.ts";

export const CLEAN: FinalState = { queued: [], inFlight: [], retry: [], scheduled: [], dead: [] };
export const dead = (...ids: readonly string[]): FinalState => ({
  ...CLEAN,
  dead: ids.map((id) => ({ id, isPoisonPill: false })),
});

export const OK: Plan = { ms: 10, fails: 0, retries: 3 };
let runs = 0;

export const pushed = (n: number, at: number, plan: Plan = OK): HistoryEvent[] => [
  { kind: "pushing", at, n, id: `j${n}`, plan },
  { kind: "accepted", at: at + 1, n },
];

interface RunOptions {
  readonly n?: number;
  readonly from: number;
  readonly to?: number;
  readonly pid?: number;
  readonly attempt?: number;
  readonly how?: "done" | "failed" | "aborted";
}

/** A run that started, and ended if it says when. */
export const ran = ({
  n = 1,
  from,
  to,
  pid = 100,
  attempt = 1,
  how = "done",
}: RunOptions): HistoryEvent[] => {
  const run = `${pid}:${++runs}`;
  const start: HistoryEvent = { kind: "start", at: from, n, id: `j${n}`, attempt, pid, run };
  return to === undefined ? [start] : [start, { kind: "end", at: to, n, run, how }];
};

/** Redis came back without its last second; by default it had never heard of anything. */
export const forgot = ({ at, knows = [], holds = [] }: { at: number } & Partial<Memory>): HistoryEvent[] => [
  { kind: "rollback", at, windowMs: 1_000, knows, holds },
];

export const problemsOf = (events: readonly HistoryEvent[], final: FinalState = CLEAN): readonly string[] =>
  check(inOrder(events), final).problems;
export const inOrder = (events: readonly HistoryEvent[]): HistoryEvent[] =>
  events.toSorted((a, b) => a.at - b.at);
