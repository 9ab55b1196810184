/** Classes whose push costs more than their work. */
import { counted } from "../../cli/counted.ts";
import { clipped } from "../check.ts";
import type { Check, Finding } from "../check.ts";
import { placeOfClass } from "../job-place.ts";
import { p95Of } from "../redis/durations.ts";

export const NOT_WORTH_A_JOB: Check = {
  id: "not-worth-a-job",
  title: "very many jobs that take next to no time",
  level: "note",
  subjects: ["redis", "project"],
  needsRedis: true,
  look: async ({ redis, project }) => {
    if (!redis) return [];
    const { jobs } = await redis.metrics();
    const many = jobs.filter(
      ({ processed, failed, averageMs }) => processed - failed >= MANY_RUNS && averageMs < SHORT_MS,
    );
    const findings: Finding[] = [];
    for (const { class: name, processed, averageMs } of many.slice(0, MOST_CLASSES)) {
      const p95 = p95Of(await redis.durations(name));
      if (!p95 || p95.from > 0) continue;
      findings.push({
        level: "note",
        where: placeOfClass(project, name) ?? { redis: "metrics" },
        saw: `\`${clipped(name)}\` ran ${processed} times within 8 hours, for ${averageMs.toFixed(1)} ms on average; 95 of 100 runs took less than ${p95.to} ms, the least that is told apart.`,
        why: "the push, the fetch and the log of each cost more than its work.",
        remedy: "do it where it is pushed, or give one job a hundred of them.",
      });
    }
    const more = many.length - MOST_CLASSES;
    if (more > 0)
      findings.push({
        level: "note",
        where: { redis: "metrics" },
        saw: `${counted(more, "more class", "more classes")} may be as short: ${MOST_CLASSES} were looked at.`,
        why: "each costs a read of all its minutes.",
        remedy: "mend those that are named, and look again.",
      });
    return findings;
  },
};

const MANY_RUNS = 20_000;
const SHORT_MS = 2;
const MOST_CLASSES = 10;
