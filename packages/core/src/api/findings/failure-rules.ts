/** Jobs that die or fail more than they did, retries that come all at once, and what nobody enqueues though it is due. */
import type { Finding, FindingLimits } from "./finding.ts";
import type { FailureState, Snapshot } from "./snapshot.ts";
import { number } from "./number.ts";

const TIMES_BEFORE = 3;
const QUARTER_MS = 900_000;
const HOURS_BEFORE = 23;
const FEWEST_RETRIES = 500;

export const failureFindings = (snapshot: Snapshot, limits: Required<FindingLimits>): readonly Finding[] => [
  ...deaths(snapshot, limits),
  ...growing(snapshot, limits),
  ...storm(snapshot, limits),
  ...unpromoted(snapshot),
];

function* deaths({ sets }: Snapshot, limits: Required<FindingLimits>): Generator<Finding> {
  const { deadLastHour, deadLastDay } = sets;
  const usual = (deadLastDay - deadLastHour) / HOURS_BEFORE;
  if (deadLastHour < limits.deaths || deadLastHour < TIMES_BEFORE * usual) return;
  yield {
    id: "deaths",
    kind: "deaths",
    level: "warning",
    cause: `${number(deadLastHour, "job has", "jobs have")} died within the last hour; in the hours before it were ${usual.toFixed(1)} each.`,
    evidence: { deadLastHour, deadLastDay, usual },
    where: { page: "dead", filter: "after:1h" },
  };
}

function* growing({ failures, at }: Snapshot, limits: Required<FindingLimits>): Generator<Finding> {
  const groups = new Map<string, { readonly of: FailureState; recent: number; before: number }>();
  for (const of of failures) {
    const ageMs = at.getTime() - of.at.getTime();
    if (ageMs >= 2 * QUARTER_MS) continue;
    const group = groups.get(of.group) ?? { of, recent: 0, before: 0 };
    groups.set(of.group, group);
    if (ageMs < QUARTER_MS) group.recent++;
    else group.before++;
  }
  for (const [id, { of, recent, before }] of groups) {
    if (recent < limits.failures || recent < TIMES_BEFORE * before) continue;
    yield {
      id: `error-growing:${id}`,
      kind: "error-growing",
      level: "warning",
      cause: `\`${of.class}\` fails by \`${of.error}\` more than before: ${recent} times within a quarter of an hour, ${before} in the one before, among ${failures.length} jobs that were looked at.`,
      evidence: {
        group: id,
        class: of.class,
        error: of.error,
        fingerprint: of.fingerprint,
        recent,
        before,
        sample: failures.length,
      },
      where: { page: "errors", name: id, filter: `group:${id}` },
      job: of.job,
    };
  }
}

function* storm({ sets, processes }: Snapshot, limits: Required<FindingLimits>): Generator<Finding> {
  const slots = processes.reduce((sum, { concurrency }) => sum + concurrency, 0);
  if (sets.retriesSoon < Math.max(FEWEST_RETRIES, limits.retriesPerSlot * slots)) return;
  yield {
    id: "retry-storm",
    kind: "retry-storm",
    level: "warning",
    cause: `${number(sets.retriesSoon, "retry falls", "retries fall")} due within a minute, for ${number(slots, "slot", "slots")}: other jobs will wait for them.`,
    evidence: { retriesSoon: sets.retriesSoon, retries: sets.retries, slots },
    where: { page: "retries", filter: "before:+1m" },
  };
}

function* unpromoted({ sets, processes }: Snapshot): Generator<Finding> {
  const { lateRetries, lateScheduled } = sets;
  const late = lateRetries + lateScheduled;
  if (late === 0) return;
  yield {
    id: "nobody-promotes",
    kind: "nobody-promotes",
    level: "warning",
    cause: `${number(late, "retry or scheduled job has", "retries and scheduled jobs have")} been due for more than two minutes, and not come to a queue yet.`,
    evidence: { late, lateRetries, lateScheduled, processes: processes.length },
    // Where most of them are: the other list may have none.
    where: { page: lateScheduled > lateRetries ? "scheduled" : "retries", filter: "before:2m" },
  };
}
