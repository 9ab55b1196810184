/** Processes that have fallen silent or get nowhere, and jobs that run for longer than they do. */
import { isSilent } from "../processes/silence.ts";
import type { Finding, FindingLimits } from "./finding.ts";
import type { ProcessState, RunningState, Snapshot, UsualTime } from "./snapshot.ts";
import { number } from "./number.ts";

const STUCK_MS = 600_000;
const SHORTEST_MS = 60_000;
const FEWEST_RUNS = 5;

export const runningFindings = (snapshot: Snapshot, limits: Required<FindingLimits>): readonly Finding[] => {
  const nowMs = snapshot.at.getTime();
  return [
    ...snapshot.processes.flatMap((process) => [...silent(process, nowMs), ...stuck(process, snapshot)]),
    ...snapshot.running.flatMap((run) => [...long(run, snapshot.usual, nowMs, limits)]),
  ];
};

function* silent({ identity, beatAt }: ProcessState, nowMs: number): Generator<Finding> {
  if (!beatAt || !isSilent(beatAt, nowMs)) return;
  const seconds = Math.round((nowMs - beatAt.getTime()) / 1_000);
  yield {
    id: `process-silent:${identity}`,
    kind: "process-silent",
    level: "warning",
    cause: `\`${identity}\` was last heard of ${seconds} s ago: it has died, is cut off, or its clock is wrong.`,
    evidence: { identity, seconds },
    where: { page: "busy", name: identity },
  };
}

/** All slots are taken by jobs that began long ago, and others wait. */
function* stuck(process: ProcessState, { running, queues, at }: Snapshot): Generator<Finding> {
  const { identity, busy, concurrency } = process;
  const waiting = queues
    .filter(({ name, isPaused }) => !isPaused && process.queues.includes(name))
    .reduce((sum, { size }) => sum + size, 0);
  if (concurrency === 0 || busy < concurrency || waiting === 0) return;
  const ages = running
    .filter((run) => run.identity === identity && !run.isOverrunning)
    .map(({ runAt }) => (runAt ? at.getTime() - runAt.getTime() : 0));
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
  { identity, jid = "", class: name = "", runAt, isOverrunning, job }: RunningState,
  usual: ReadonlyMap<string, UsualTime>,
  nowMs: number,
  limits: Required<FindingLimits>,
): Generator<Finding> {
  const { runs = 0, averageMs = 0 } = usual.get(name) ?? {};
  const runMs = runAt ? nowMs - runAt.getTime() : 0;
  const isLong = runs >= FEWEST_RUNS && runMs > Math.max(SHORTEST_MS, limits.timesUsual * averageMs);
  if (!isLong && !isOverrunning) return;
  const [seconds, usualSeconds] = [Math.round(runMs / 1_000), Math.round(averageMs) / 1_000];
  yield {
    id: `job-long:${jid || `${identity}:${name}`}`,
    kind: "job-long",
    level: "warning",
    cause: isOverrunning
      ? `\`${name}\` runs for ${seconds} s, and goes on beyond its timeout.`
      : `\`${name}\` runs for ${seconds} s; usually it takes ${usualSeconds} s.`,
    evidence: { identity, jid, class: name, seconds, usualSeconds, runs },
    where: { page: "busy", name: jid },
    job,
  };
}
