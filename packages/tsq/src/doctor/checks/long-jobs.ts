/** Classes whose jobs take longer than a stop waits, or for hours. */
import { fromApi } from "../api-finding.ts";
import { clipped } from "../check.ts";
import type { Check, Finding, Place } from "../check.ts";
import type { Project } from "../project/project.ts";
import { USUAL_TIMEOUT_SECONDS } from "../project/workers.ts";
import { p95Of, secondsText } from "../redis/durations.ts";
import type { RedisReading } from "../redis/redis-reading.ts";

export const LONG_JOBS: Check = {
  id: "long-jobs",
  title: "classes that take longer than a stop waits, or above an hour",
  level: "warning",
  subjects: ["redis", "project"],
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
            "look at what it waits for; give it a timeout; cancel it on the dashboard if it is of no use.",
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

const FEWEST_MS = 2_000;
const MOST_CLASSES = 20;
const HOUR_MS = 3_600_000;

const slow = async (
  redis: RedisReading,
  project: Project,
  timeoutMs: number,
): Promise<readonly Finding[]> => {
  const { jobs } = await redis.metrics();
  const candidates = jobs
    .filter(({ class: name, averageMs }) => averageMs >= FEWEST_MS && !isIterable(project, name))
    .toSorted((a, b) => b.averageMs - a.averageMs)
    .slice(0, MOST_CLASSES);
  const findings: Finding[] = [];
  for (const { class: name, averageMs, processed, failed } of candidates) {
    const p95 = p95Of(await redis.durations(name));
    const isAverage = averageMs > timeoutMs;
    // Within the bucket it may be either.
    if (!isAverage && !(p95 && p95.from >= timeoutMs)) continue;
    const runs = processed - failed;
    findings.push({
      level: "warning",
      where: placeOf(project, name),
      saw: isAverage
        ? `\`${clipped(name)}\` takes ${secondsText(averageMs)} on average (${runs} runs within 8 hours); a stop waits ${secondsText(timeoutMs)}.`
        : `More than 5 of 100 runs of \`${clipped(name)}\` take longer than ${secondsText(p95?.from ?? 0)}; a stop waits ${secondsText(timeoutMs)}.`,
      why: averageMs > HOUR_MS ? `${STOPPED} For an hour and more it seldom gets to its end.` : STOPPED,
      remedy: BREAK_UP,
    });
  }
  return findings;
};

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

const placeOf = (project: Project, name: string): Place => {
  const own = project.jobs().find((job) => job.name === name && job.isRun);
  return own ? { file: own.file, line: own.line } : { redis: "metrics" };
};
