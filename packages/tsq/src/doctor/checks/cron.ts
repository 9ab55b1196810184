/** Periodic jobs that never fire, were missed, or fire twice. */
import { parseCron } from "@tsq/cron";
import type { ClockSurprise, CronEntry, CronExpression } from "@tsq/cron";
import { clipped, named } from "../check.ts";
import { counted } from "../../cli/counted.ts";
import { MISSED } from "../../jobs/missed-words.ts";
import type { Check, Finding, Place } from "../check.ts";
import { unreadablePlace } from "../project/unreadable.ts";
import type { Project } from "../project/project.ts";
import type { CronReading } from "../redis/redis-reading.ts";

export const CRON: Check = {
  id: "cron",
  title: "periodic entries that never fire, were missed, or fire twice",
  level: "error",
  subjects: ["redis", "project"],
  look: async ({ redis, project, now }) => {
    const reading = await redis?.cron(project.cronNamespaces());
    const entries = allEntries(project, reading?.entries ?? []);
    return [
      ...unreadable(project),
      ...neverFire(entries),
      ...brokenTimes(reading?.entries ?? []),
      ...bothLayouts(reading?.entries ?? []),
      ...missed(reading, now),
      ...clocks(entries, now),
      ...withoutZone(project, entries),
    ];
  },
};

const unreadable = (project: Project): readonly Finding[] => {
  const { file, error } = project.schedule() ?? {};
  if (file === undefined || error === undefined) return [];
  return [
    {
      level: "error",
      where: unreadablePlace(file, error),
      saw: "It cannot be read.",
      why: "`tsq work` refuses to start with it, and what only Ruby's ERB says is not known here.",
      remedy:
        "correct it: `tsq work` says what is wrong. If only Ruby is to load it, turn it off in tsq (`cron: false`).",
    },
  ];
};

interface Entry {
  readonly name: string;
  readonly cron: string;
  readonly where: Place;
  readonly expression: CronExpression | Error;
}

/** Those of the file, and those that only Redis has. */
const allEntries = (project: Project, stored: readonly CronEntry[]): readonly Entry[] => {
  const { file = "", entries = [] } = project.schedule() ?? {};
  const written = entries.flatMap(({ name, cron, line }) =>
    cron === undefined ? [] : [{ name, cron, where: { file, ...(line !== undefined && { line }) } }],
  );
  const others = stored
    .filter(({ name, cron }) => !written.some((own) => own.name === name && own.cron === cron))
    .map(({ name, cron }) => ({ name, cron, where: { redis: `cron entry ${name}` } }));
  return [...written, ...others].map((entry) => ({ ...entry, expression: parsed(entry.cron) }));
};

const parsed = (text: string): CronExpression | Error => {
  try {
    return parseCron(text);
  } catch (error) {
    // It throws errors only.
    return error as Error;
  }
};

const neverFire = (entries: readonly Entry[]): readonly Finding[] =>
  entries.flatMap(({ name, where, expression }) =>
    expression instanceof Error
      ? {
          level: "error",
          where,
          saw: `The entry \`${clipped(name)}\` never fires: ${expression.message}`,
          why: "nobody is told when it should have.",
          remedy: "correct it; `tsq cron next EXPRESSION` says when one fires.",
        }
      : [],
  );

/** Ruby's gem raises at such a time, for all entries at once (WIRE §12.2). */
const brokenTimes = (entries: readonly CronEntry[]): readonly Finding[] => {
  const broken = entries.filter(({ isTimeBroken }) => isTimeBroken);
  if (!broken[0]) return [];
  return [
    {
      level: "error",
      where: { redis: `cron entry ${broken[0].name}` },
      saw: `The time of the last run of ${named(broken.map(({ name }) => name))} is a number.`,
      why: "sidekiq-cron raises when it reads it, and then fires no entry of any name.",
      remedy:
        "mend what wrote it; a text such as `2026-11-23 16:40:03 +0000` in `last_enqueue_time`, or an empty one, is right.",
    },
  ];
};

const bothLayouts = (entries: readonly CronEntry[]): readonly Finding[] => {
  const first = entries.filter(({ namespace }) => namespace === "");
  const second = entries.filter(({ namespace }) => namespace !== "");
  if (first.length === 0 || second.length === 0) return [];
  const twice = first
    .filter(({ name }) => second.some((other) => other.name === name))
    .map(({ name }) => name);
  return [
    {
      level: twice.length > 0 ? "error" : "warning",
      where: { redis: "cron_jobs" },
      saw:
        twice.length > 0
          ? `${named(twice)} ${twice.length === 1 ? "is" : "are"} in the keys of sidekiq-cron 1 and in those of 2.`
          : `${counted(first.length, "entry", "entries")} of sidekiq-cron 1 and ${second.length} of 2 are in this Redis.`,
      why: "each version fires its own, and does not know of the other's: an entry of both fires twice.",
      remedy:
        "upgrade all processes to one version; then delete what the other has left (`tsq cron delete NAME`).",
    },
  ];
};

const RECENT_MS = 7 * 86_400_000;

const missed = (reading: CronReading | undefined, now: Date): readonly Finding[] => {
  const recent = (reading?.missed ?? []).filter(({ at }) => now.getTime() - at.getTime() < RECENT_MS);
  const names = [...new Set(recent.map(({ entry }) => entry))];
  const [last] = recent;
  if (!last) return [];
  return [
    {
      level: "warning",
      where: { redis: `cron entry ${last.entry}` },
      saw: `${counted(recent.length, "instant")} of ${named(names)} ${recent.length === 1 ? "was" : "were"} missed within a week, the last at ${last.at.toISOString().slice(0, 16)}Z (${MISSED[last.reason]}).`,
      why: "what should have happened then did not.",
      remedy: "see that a process that fires is always up; `catch_up` says what becomes of a missed instant.",
    },
  ];
};

const clocks = (entries: readonly Entry[], now: Date): readonly Finding[] =>
  entries.flatMap(({ name, where, expression }) => {
    // Without a zone it is that of each process, and not of this one.
    if (expression instanceof Error || expression.zone === undefined) return [];
    return expression
      .clockSurprises(now)
      .map((surprise) => surprising(name, where, surprise, expression.zoneName));
  });

const surprising = (name: string, where: Place, { kind, time }: ClockSurprise, zone: string): Finding => ({
  level: "warning",
  where,
  saw:
    kind === "skipped"
      ? `\`${clipped(name)}\` does not fire at ${time} in ${zone}: the clocks skip it.`
      : `\`${clipped(name)}\` fires twice at ${time} in ${zone}: the clocks show it two times.`,
  why: kind === "skipped" ? "on that day its work is left out." : "on that day its work is done two times.",
  remedy:
    "choose an hour at which no clock changes (not between 0 and 4), or a zone without changes, such as UTC.",
});

const withoutZone = (project: Project, entries: readonly Entry[]): readonly Finding[] => {
  const sides = new Set(project.workers().flatMap(({ sides: own }) => own));
  const own = entries.filter(
    ({ where, expression }) =>
      "file" in where && !(expression instanceof Error) && expression.zone === undefined,
  );
  if (sides.size < 2 || !own[0]) return [];
  return [
    {
      level: "note",
      where: own[0].where,
      saw: `${named(own.map(({ name }) => name))} ${own.length === 1 ? "names" : "name"} no zone, and both languages fire ${own.length === 1 ? "it" : "them"}.`,
      why: "Ruby takes the zone of Rails or `TZ`, TypeScript `TZ`: where these differ an entry fires twice.",
      remedy: 'name one in the expression: `"0 8 * * * Europe/Paris"`.',
    },
  ];
};
