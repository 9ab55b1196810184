/** Queues that nobody serves, that wait too long, or that hold what nobody can run. */
import { serves } from "../../redis/serving.ts";
import { runnersOf } from "../../redis/members.ts";
import type { Finding, FindingLimits } from "./finding.ts";
import { goalOf, isLate } from "./goal.ts";
import type { QueueState, Snapshot } from "./snapshot.ts";
import { Filter } from "../search/filter.ts";
import { number } from "./number.ts";

/** Ten goals late is no matter of a busy hour. */
const FAR_BEYOND = 10;

export const queueFindings = (snapshot: Snapshot, limits: Required<FindingLimits>): readonly Finding[] => {
  const waiting = snapshot.queues.filter(({ size }) => size > 0);
  const enqueued = waiting.reduce((sum, { size }) => sum + size, 0);
  if (enqueued > 0 && snapshot.processes.every(({ isQuiet }) => isQuiet)) {
    return [nobodyWorks(enqueued, snapshot.processes.length)];
  }
  return waiting.flatMap((queue) => findingsOfQueue(queue, snapshot, limits));
};

const findingsOfQueue = (
  queue: QueueState,
  snapshot: Snapshot,
  limits: Required<FindingLimits>,
): readonly Finding[] => {
  if (queue.isPaused) return [paused(queue)];
  const isServed = snapshot.processes.some((process) => serves(process, queue.name));
  if (!isServed) return [unserved(queue)];
  return [...late(queue, limits), ...unrunnable(queue, snapshot)];
};

const nobodyWorks = (enqueued: number, processes: number): Finding => ({
  id: "nobody-works",
  kind: "nobody-works",
  level: "critical",
  cause:
    processes > 0
      ? `${number(enqueued, "job waits", "jobs wait")}, and ${processes === 1 ? "the only process is quiet: it takes" : `all ${processes} processes are quiet: they take`} no more.`
      : `${number(enqueued, "job waits", "jobs wait")}, and no process is alive to run jobs.`,
  evidence: { enqueued, processes },
  where: { page: "busy" },
});

const paused = ({ name, size, latency }: QueueState): Finding => ({
  id: `queue-paused:${name}`,
  kind: "queue-paused",
  level: "note",
  cause: `${number(size, "job waits", "jobs wait")} in \`${name}\`, which somebody has paused.`,
  evidence: { queue: name, size, latency },
  where: { page: "queue", name },
});

const unserved = ({ name, size, latency }: QueueState): Finding => ({
  id: `queue-unserved:${name}`,
  kind: "queue-unserved",
  level: "critical",
  cause: `${number(size, "job waits", "jobs wait")} in \`${name}\`, and no process takes jobs from it.`,
  evidence: { queue: name, size, latency },
  where: { page: "queue", name },
});

const late = (queue: QueueState, limits: Required<FindingLimits>): readonly Finding[] => {
  if (!isLate(queue, limits)) return [];
  const { name, size, latency } = queue;
  const seconds = goalOf(name, limits);
  return [
    {
      id: `queue-late:${name}`,
      kind: "queue-late",
      level: latency > FAR_BEYOND * seconds ? "critical" : "warning",
      cause: `The oldest job in \`${name}\` has waited for ${Math.round(latency)} s, and should for ${seconds} s at most.`,
      evidence: { queue: name, size, latency, goal: seconds },
      where: { page: "queue", name },
    },
  ];
};

const unrunnable = (queue: QueueState, { processes }: Snapshot): readonly Finding[] =>
  queue.sample.flatMap(({ name, classes, count, job }) => {
    if (runnersOf(processes, classes, queue.name).kind !== "nobody") return [];
    return {
      id: `class-unrunnable:${queue.name}:${name}`,
      kind: "class-unrunnable",
      level: "critical",
      cause: `Jobs of \`${name}\` wait in \`${queue.name}\`, and no process that serves it can run them.`,
      evidence: { queue: queue.name, class: name, count },
      where: { page: "queue", name: queue.name, filter: Filter.of([{ kind: "class", value: name }]).text },
      job,
    } satisfies Finding;
  });
