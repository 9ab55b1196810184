/** Classes whose jobs take longer than a stop waits, or for hours; on average, or one in twenty of them. */
import { counted } from "../../cli/counted.ts";
import { fromApi } from "../api-finding.ts";
import { clipped } from "../check.ts";
import type { Check, Finding, Place } from "../check.ts";
import type { Project } from "../project/project.ts";
import { USUAL_TIMEOUT_SECONDS } from "../project/workers.ts";
import { placeOfClass } from "../job-place.ts";
import { p95Of, secondsText, slowestOf } from "../redis/durations.ts";
import type { RedisReading } from "../redis/redis-reading.ts";

export const LONG_JOBS: Check = {
  id: "long-jobs",
  title: "classes that take longer than a stop waits, or above an hour",
  level: "warning",
  subjects: ["redis", "project"],
  needsRedis: true,
  look: async ({ redis, project, now }) => {
    if (!redis) return [];
    const timeoutMs = 1_000 * (timeoutOf(project) ?? USUAL_TIMEOUT_SECONDS);
    return [
      ...(await slow(redis, project, timeoutMs)),
      ...(await running(redis, project, now)),
      ...(await redis.findings("job-long")).map((found) =>
        fromApi(found, {
          why: "it may hang, and keeps its slot from others.",
          remedy:
            "look at what it waits for; give it a timeout; cancel it (`tsq cancel JID`, or the dashboard) if it is of no use.",
        }),
      ),
    ];
  },
};

/** The longest of its workers: what is above that is above all. */
const timeoutOf = (project: Project): number | undefined => {
  const known = project.workers().flatMap(({ timeoutSeconds }) => timeoutSeconds ?? []);
  return known.length > 0 ? Math.max(...known) : undefined;
};

const MOST_CLASSES = 20;
const HOUR_MS = 3_600_000;
/** One in twenty runs that is so long makes the average a twentieth of it, however short the others are. */
const TAIL = 0.05;

const slow = async (
  redis: RedisReading,
  project: Project,
  timeoutMs: number,
): Promise<readonly Finding[]> => {
  const { jobs } = await redis.metrics();
  const all = jobs
    .filter(({ class: name, averageMs }) => averageMs >= TAIL * timeoutMs && !isIterable(project, name))
    .toSorted((a, b) => b.averageMs - a.averageMs);
  const candidates = all.slice(0, MOST_CLASSES);
  const findings: Finding[] = [];
  for (const { class: name, averageMs, processed, failed } of candidates) {
    // Runs of an hour are few within two: those are looked for in all that is kept.
    const seen = await redis.durations(name, averageMs >= TAIL * HOUR_MS ? 480 : 120);
    const p95 = p95Of(seen);
    const isAverage = averageMs > timeoutMs;
    // Within the bucket it may be either.
    if (!isAverage && !(p95 && p95.from >= timeoutMs)) continue;
    const runs = processed - failed;
    // How many are beyond the last bound is counted, and not how long each took: only the sum of all tells of that.
    const slowest = p95?.to === Infinity ? slowestOf(seen) : undefined;
    const isForHours = averageMs > HOUR_MS || (slowest?.averageMs ?? 0) > HOUR_MS;
    const own = `\`${clipped(name)}\``;
    findings.push({
      level: "warning",
      where: placeOf(project, name),
      saw: [
        isAverage
          ? `${own} takes ${secondsText(averageMs)} on average (${counted(runs, "run")} within 8 hours)`
          : `More than 5 of 100 runs of ${own} take longer than ${secondsText(p95?.from ?? 0)}`,
        slowest && isForHours
          ? `${slowest.runs} of them are beyond the ${secondsText(p95?.from ?? 0)} where Sidekiq's histogram ends, and take ${secondsText(slowest.averageMs)} on average or longer`
          : [],
        `a stop waits ${secondsText(timeoutMs)}.`,
      ]
        .flat()
        .join("; "),
      why: isForHours ? `${STOPPED} For an hour and more it seldom gets to its end.` : STOPPED,
      remedy: BREAK_UP,
    });
  }
  return [...findings, ...notLookedAt(all.length - candidates.length)];
};

const notLookedAt = (count: number): readonly Finding[] =>
  count > 0
    ? [
        {
          level: "note",
          where: { redis: "metrics" },
          saw: `${counted(count, "more class", "more classes")} may be as long: the ${MOST_CLASSES} that take longest on average were looked at.`,
          why: "each costs a read of all its minutes.",
          remedy: "break up those that are named, and look again.",
        },
      ]
    : [];

const STOPPED = "at each deploy such a job is cut off, handed back and begun anew.";
const BREAK_UP =
  "break it up into jobs that push the next, make it iterable (Sidekiq::IterableJob), or end early at `job.stopping`.";

const running = async (redis: RedisReading, project: Project, now: Date): Promise<readonly Finding[]> => {
  const longest = new Map<string, number>();
  for (const { class: name, runAt } of (await redis.snapshot()).running) {
    const ms = runAt ? now.getTime() - runAt.getTime() : 0;
    if (name !== undefined && ms > HOUR_MS && !isIterable(project, name))
      longest.set(name, Math.max(ms, longest.get(name) ?? 0));
  }
  return [...longest].map(([name, ms]) => ({
    level: "warning",
    where: placeOf(project, name),
    saw: `A job of \`${clipped(name)}\` has been running for ${secondsText(ms)}.`,
    why: STOPPED,
    remedy: BREAK_UP,
  }));
};

const isIterable = (project: Project, name: string): boolean =>
  project.jobs().some((job) => job.name === name && job.isIterable);

const placeOf = (project: Project, name: string): Place =>
  placeOfClass(project, name) ?? { redis: "metrics" };
