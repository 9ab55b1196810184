/** Processes that have fallen silent or get nowhere, and jobs that run for longer than they do. */
import { byIdentity } from "../processes/by-identity.ts";
import { isSilent } from "../processes/silence.ts";
import type { Finding, FindingLimits } from "./finding.ts";
import type { LostProcess, ProcessState, RunningState, Snapshot, UsualTime } from "./snapshot.ts";
import { number } from "./number.ts";

const STUCK_MS = 600_000;
const SHORTEST_MS = 60_000;
const FEWEST_RUNS = 5;

export const runningFindings = (snapshot: Snapshot, limits: Required<FindingLimits>): readonly Finding[] => {
  const { processes, lost = [], running, usual, at } = snapshot;
  const nowMs = at.getTime();
  const load = loadOf(snapshot);
  return [
    ...processes.flatMap((process) => [...silent(process, nowMs), ...stuck(process, load, nowMs)]),
    ...lost.flatMap((process) => [...gone(process, nowMs)]),
    ...running.flatMap((run) => [...long(run, usual, nowMs, limits)]),
  ];
};

/** Of a thousand processes with ten thousand runs each is to find its own without a look at all of them. */
interface Load {
  /** How many jobs wait, by queues that are not paused. */
  readonly waiting: ReadonlyMap<string, number>;
  /** By identity. */
  readonly runs: ReadonlyMap<string, readonly RunningState[]>;
}

const loadOf = ({ queues, running }: Snapshot): Load => ({
  waiting: new Map(queues.filter(({ isPaused }) => !isPaused).map(({ name, size }) => [name, size])),
  runs: byIdentity(running),
});

function* silent({ identity, beatAt }: ProcessState, nowMs: number): Generator<Finding> {
  if (!beatAt || !isSilent(beatAt, nowMs)) return;
  yield unheard(identity, beatAt, nowMs);
}

/** One that has no record any more: its clock may be behind, but a record lapses by that of Redis. */
function* gone({ identity, beatAt }: LostProcess, nowMs: number): Generator<Finding> {
  if (!beatAt || isSilent(beatAt, nowMs)) yield unheard(identity, beatAt, nowMs);
}

const unheard = (identity: string, beatAt: Date | undefined, nowMs: number): Finding => {
  const seconds = beatAt && Math.round((nowMs - beatAt.getTime()) / 1_000);
  const when = seconds === undefined ? "has no heartbeat any more" : `was last heard of ${seconds} s ago`;
  return {
    id: `process-silent:${identity}`,
    kind: "process-silent",
    level: "warning",
    cause: `\`${identity}\` ${when}: it has died, is cut off, or its clock is wrong.`,
    evidence: { identity, ...(seconds !== undefined && { seconds }) },
    where: { page: "busy", name: identity },
  };
};

/** All slots are taken by jobs that began long ago, and others wait. */
function* stuck(process: ProcessState, { waiting: sizes, runs }: Load, nowMs: number): Generator<Finding> {
  const { identity, busy, concurrency } = process;
  if (concurrency === 0 || busy < concurrency) return;
  const waiting = process.queues.reduce((sum, name) => sum + (sizes.get(name) ?? 0), 0);
  if (waiting === 0) return;
  const ages = (runs.get(identity) ?? [])
    .filter(({ isOverrunning }) => !isOverrunning)
    .map(({ runAt }) => (runAt ? nowMs - runAt.getTime() : 0));
  const youngest = Math.min(...ages);
  if (ages.length < concurrency || youngest < STUCK_MS) return;
  const seconds = Math.round(youngest / 1_000);
  yield {
    id: `process-stuck:${identity}`,
    kind: "process-stuck",
    level: "warning",
    cause: `All ${concurrency} slots of \`${identity}\` have run the same jobs for ${seconds} s and longer, while ${number(waiting, "job waits", "jobs wait")}.`,
    evidence: { identity, concurrency, seconds, waiting },
    where: { page: "busy", name: identity },
  };
}

function* long(
  run: RunningState,
  usual: ReadonlyMap<string, UsualTime>,
  nowMs: number,
  limits: Required<FindingLimits>,
): Generator<Finding> {
  const { identity, runAt, isOverrunning } = run;
  const runMs = runAt ? nowMs - runAt.getTime() : 0;
  // Most have begun just now: what they are is read when somebody asks.
  if (runMs <= SHORTEST_MS && !isOverrunning) return;
  const { jid = "", class: name = "", job } = run;
  const { runs = 0, averageMs = 0 } = usual.get(name) ?? {};
  // Of what hangs for hours no run has ended: there is no average to measure it by.
  const isKnown = runs >= FEWEST_RUNS;
  const mostMs = isKnown ? limits.timesUsual * averageMs : limits.unusual * 1_000;
  const isLong = runMs > Math.max(SHORTEST_MS, mostMs);
  if (!isLong && !isOverrunning) return;
  const [seconds, usualSeconds] = [Math.round(runMs / 1_000), Math.round(averageMs) / 1_000];
  yield {
    id: `job-long:${jid || `${identity}:${name}`}`,
    kind: "job-long",
    level: "warning",
    cause: isOverrunning
      ? `\`${name}\` runs for ${seconds} s, and goes on beyond its timeout.`
      : isKnown
        ? `\`${name}\` runs for ${seconds} s; usually it takes ${usualSeconds} s.`
        : `\`${name}\` runs for ${seconds} s; runs of its class that have succeeded within the last hour: ${runs}.`,
    evidence: {
      identity,
      jid,
      class: name,
      seconds,
      usualSeconds,
      runs,
      ...(isOverrunning && { overrunning: 1 }),
    },
    where: { page: "busy", name: jid },
    job,
  };
}
