/** Who shares the Redis: generations of Sidekiq, gems, two versions of a schedule, and what the dead have left. */
import { fromApi } from "../api-finding.ts";
import { clipped, named } from "../check.ts";
import { counted } from "../../cli/counted.ts";
import type { Check, Finding } from "../check.ts";
import { KNOWN_GEMS } from "../project/known-gems.ts";
import type { Project } from "../project/project.ts";
import type { RedisReading } from "../redis/redis-reading.ts";
import { isAtLeast } from "@tsq/core/config";

export const FLEET: Check = {
  id: "fleet",
  title: "generations of Sidekiq and gems beside tsq, jobs that the dead hold, schedules",
  level: "error",
  subjects: ["redis", "project"],
  look: async ({ redis, project }) => [
    ...(redis ? await inRedis(redis, project) : []),
    ...gems(project),
    ...(redis ? await schedules(redis, project) : []),
  ],
};

const inRedis = async (redis: RedisReading, project: Project): Promise<readonly Finding[]> => [
  ...(await deadOwners(redis)),
  ...(await generations(redis)),
  ...(await unheededPauses(redis, project)),
  ...(await enterprise(redis)),
  ...(await redis.findings("process-silent", "process-stuck", "nobody-promotes")).map((found) =>
    fromApi(found, SAID[found.kind]),
  ),
];

const SAID = {
  "process-silent": {
    why: "what it runs may have stopped; after a minute others take it for dead and bring back its jobs.",
    remedy: "look whether it is alive, and at the clock of its machine.",
  },
  "process-stuck": {
    why: "it takes nothing more while these jobs run.",
    remedy: "look at what they wait for, give them a timeout, or restart the process.",
  },
  "nobody-promotes": {
    why: "retries and scheduled jobs run late, or not at all.",
    remedy: "see that a worker runs at this Redis, and look into its log for what keeps it from them.",
  },
};

const deadOwners = async (redis: RedisReading): Promise<readonly Finding[]> => {
  const dead = await redis.deadOwners();
  const jobs = dead.reduce((sum, owner) => sum + owner.jobs, 0);
  if (jobs === 0) return [];
  const isRescued = (await redis.processes()).some(({ isRuby }) => !isRuby);
  return [
    {
      level: isRescued ? "note" : "error",
      where: { redis: "in flight" },
      saw: `${counted(jobs, "job")} in flight ${jobs === 1 ? "is" : "are"} held by ${named([...new Set(dead.map(({ identity }) => identity))])}, whose heart beats no more.`,
      why: isRescued
        ? "a worker brings them back within 60 to 95 seconds of the death; if it does not, its log says why."
        : "no worker of tsq is alive, and only such a one brings them back: Ruby does not know of them.",
      remedy: isRescued
        ? "look again in two minutes."
        : "start a worker of tsq at this Redis; it brings them back, each once. Delete nothing.",
    },
  ];
};

const generations = async (redis: RedisReading): Promise<readonly Finding[]> => {
  // Up to 7.0.1 a process does not say its version.
  const versions = (await redis.processes())
    .filter(({ isRuby }) => isRuby)
    .map(({ version }) => version ?? "6");
  const majors = [...new Set(versions.map((version) => version.split(".")[0] ?? ""))].toSorted();
  const findings: Finding[] = [];
  if (majors.length > 1) {
    findings.push({
      level: "warning",
      where: { redis: "processes" },
      saw: `Sidekiq ${majors.join(" and ")} share this Redis.`,
      why: consequences(versions),
      remedy: "finish the upgrade soon. tsq writes times as the oldest of them reads them.",
    });
  }
  const isNew = versions.some((version) => isAtLeast(version, "8.1.2"));
  if (isNew && versions.some((version) => isAtLeast(version, "7.2.0") && !isAtLeast(version, "8.1.2"))) {
    findings.push({
      level: "warning",
      where: { redis: "processes" },
      saw: "Sidekiq 8.1.2 or newer runs beside one of 7.2.0 to 8.1.1.",
      why: "the Busy page of the older one fails at the record of a newer process.",
      remedy: "look at Busy on the newer Web UI or on tsq's dashboard until all are upgraded.",
    });
  }
  return findings;
};

const consequences = (versions: readonly string[]): string => {
  if (!versions.some((version) => isAtLeast(version, "8")))
    return "Sidekiq 6 keeps no metrics, so that charts show a part of what runs.";
  const aj = versions.some((version) => !isAtLeast(version, "7.3.3"))
    ? " An ActiveJob that Sidekiq 8 enqueues fails in one before 7.3.3, which does not know its wrapper."
    : "";
  return `Sidekiq 8 writes milliseconds that older ones read as seconds: dates and latencies on their pages are wrong, and \`retry_for\` never ends there.${aj}`;
};

/** Who has the gems knows of a pause; Sidekiq without Pro does not. */
const unheededPauses = async (redis: RedisReading, project: Project): Promise<readonly Finding[]> => {
  const { queues } = await redis.snapshot();
  const hasPro = project.gems().has("sidekiq-pro") || project.gems().has("sidekiq-ent");
  if (hasPro || !project.gems().has("sidekiq")) return [];
  const processes = (await redis.processes()).filter(({ isRuby }) => isRuby);
  const unheeded = queues.filter(
    (queue) => queue.isPaused && processes.some((process) => process.serves(queue.name)),
  );
  if (unheeded.length === 0) return [];
  return [
    {
      level: "warning",
      where: { redis: `queue ${unheeded[0]?.name ?? ""}` },
      saw: `${named(unheeded.map(({ name }) => name))} ${unheeded.length === 1 ? "is" : "are"} paused, and served by Ruby processes without Sidekiq Pro.`,
      why: "only Sidekiq Pro and tsq heed a pause: the others go on.",
      remedy: "quiet those processes instead, or push to a queue that only tsq serves.",
    },
  ];
};

const enterprise = async (redis: RedisReading): Promise<readonly Finding[]> => {
  const leader = await redis.leader();
  if (leader === undefined) return [];
  return [
    {
      level: "note",
      where: { redis: "dear-leader" },
      saw: `Sidekiq Enterprise is at work: \`${clipped(leader)}\` is its leader.`,
      why: "its periodic jobs, unique jobs and rate limits are Ruby's: tsq neither shows nor keeps them.",
      remedy: "keep classes that need them on queues that Ruby serves.",
    },
  ];
};

const gems = (project: Project): readonly Finding[] =>
  [...project.gems()].flatMap(([name, { version, file, line }]) => {
    const known = KNOWN_GEMS.get(name);
    if (!known) return [];
    return {
      level: known.level,
      where: { file, line },
      saw: `The app uses ${name}${version === undefined ? "" : ` ${version}`}.`,
      why: known.means,
      remedy: known.remedy,
    };
  });

const schedules = async (redis: RedisReading, project: Project): Promise<readonly Finding[]> => {
  const file = project.schedule();
  if (!file || file.error) return [];
  const { entries } = await redis.cron(project.cronNamespaces());
  const changed = file.entries.flatMap((own) => {
    const other = entries.find(({ name }) => name === own.name);
    if (!other || own.cron === undefined) return [];
    const isSame = other.cron === own.cron && (own.class === undefined || other.class === own.class);
    return isSame ? [] : [{ own, other }];
  });
  const left = entries.filter(
    ({ name, source }) => source === "schedule" && !file.entries.some((own) => own.name === name),
  );
  const [first] = changed;
  return [
    ...(first
      ? [
          {
            level: "warning",
            where: { file: file.file, ...(first.own.line !== undefined && { line: first.own.line }) },
            saw: `Redis has another version of ${named(changed.map(({ own }) => own.name))} than this file: \`${clipped(first.other.cron)}\` of \`${clipped(first.other.class)}\`, and here \`${clipped(first.own.cron ?? "")}\` of \`${clipped(first.own.class ?? "")}\`.`,
            why: "who starts last writes what counts: two deployments with two files take turns.",
            remedy: "deploy the same file everywhere, and restart what has the older one.",
          } satisfies Finding,
        ]
      : []),
    ...(left[0]
      ? [
          {
            level: "note",
            where: { file: file.file },
            saw: `Redis has ${named(left.map(({ name }) => name))} from a schedule file, and this one has not.`,
            why: "another app or an older deployment has loaded it, and it goes on firing.",
            remedy: "leave it if another app has it; else delete it by `tsq cron delete NAME`.",
          } satisfies Finding,
        ]
      : []),
  ];
};
