/** Classes that nobody can run, and classes that two languages run by different rules. */
import type { Finding as ApiFinding } from "@tsq/core/api";
import { fromApi } from "../api-finding.ts";
import { clipped, named } from "../check.ts";
import type { Check, Finding } from "../check.ts";
import type { DoctorContext } from "../context.ts";
import { OPTION_NAMES, retriesOf } from "../project/job-class.ts";
import type { JobClass } from "../project/job-class.ts";
import type { Project } from "../project/project.ts";
import { placeOfClass, pointAt } from "../job-place.ts";
import { byClass, jobsOf } from "../redis/job-groups.ts";
import type { SampledJob } from "../redis/sample.ts";
import { isOfUnknownClass, unknownClass } from "../redis/unknown-class.ts";
import { readSides } from "../sides.ts";

export const CLASSES: Check = {
  id: "classes",
  title: "classes that nobody can run, or that both languages run by different rules",
  level: "error",
  subjects: ["redis", "project"],
  look: async (context) => [
    ...(await unrunnable(context)),
    ...(await onTheWrongSide(context)),
    ...nowhere(context.project),
    ...differing(context.project),
  ],
};

/** One finding for each class, however many queues it waits on and whatever has failed there already. */
const unrunnable = async (context: DoctorContext): Promise<readonly Finding[]> => {
  const { redis, project } = context;
  const { jobs } = (await redis?.sample()) ?? { jobs: [] };
  const sides = await readSides(context);
  const failed = byClass(jobs.filter(isUnknown));
  const found = new Map<string, ApiFinding[]>();
  for (const one of (await redis?.findings("class-unrunnable")) ?? []) {
    const name = String(one.evidence["class"]);
    found.set(name, [...(found.get(name) ?? []), one]);
  }
  const waiting = [...found].flatMap(([name, [first, ...others]]) => {
    if (!first) return [];
    const said = {
      why: "whoever takes such a job fails it, until its retries are used up.",
      remedy: "deploy a worker that has the class, or move the jobs to a queue whose workers have it.",
    };
    // All who serve the queue are tsq's: Ruby does not say what it can run.
    const one = fromApi(first, said, placeOfClass(project, name, "typescript"));
    const queues = others.flatMap(({ where }) => where.name ?? []);
    const more = queues.length > 0 ? ` So they do in ${named(queues)}.` : "";
    const group = failed.find((other) => other.class === name);
    const failures = group ? ` ${saidOf(jobsOf([group]))}` : "";
    return { ...one, saw: `${one.saw}${more}${failures}`, cause: unknownClass(name) };
  });
  return [
    ...waiting,
    ...failed
      .filter((group) => !found.has(group.class))
      .map((group): Finding => {
        const { where, jobs: of } = pointAt(project, sides, [group]);
        return {
          level: "warning",
          where,
          saw: saidOf(of),
          why: "each such run uses up an attempt, and with `retry: false` Ruby drops the job at the first.",
          remedy:
            "deploy the class where its queue is served, or give its jobs a queue that only those serve who have it.",
          cause: unknownClass(group.class),
        };
      }),
  ];
};

const saidOf = (of: string): string => `${of} failed because whoever took it does not have that class.`;

const isUnknown = ({ job }: SampledJob): boolean => {
  const { error_class: error, error_message: message } = job.payload ?? {};
  return job.runClass !== undefined && isOfUnknownClass(job.runClass, error, message);
};

const onTheWrongSide = async (context: DoctorContext): Promise<readonly Finding[]> => {
  const sides = await readSides(context);
  if (sides.isOpen) return [];
  const { project } = context;
  const run = project.jobs().filter(({ isRun }) => isRun);
  return run.flatMap((job) => {
    const { name, side, kind, queue, file, line, queueAt = { file, line } } = job;
    if (queue === undefined || (side === "ruby" && kind === "active-job" && project.hasQueuePrefix()))
      return [];
    const serving = sides.of(queue);
    if (serving.size === 0 || run.some((other) => other.name === name && serving.has(other.side))) return [];
    const goes = `\`${clipped(name)}\` is ${NAME[side]}, and goes to \`${clipped(queue)}\`, which only`;
    // Of a Redis that was not looked at nobody says that none runs.
    const isMeant = context.redis !== undefined && !sides.isServedNow(queue);
    return {
      level: "error",
      where: queueAt,
      saw: isMeant
        ? `${goes} a ${NAME[OTHER[side]]} worker of this folder would serve, and none runs now.`
        : `${goes} ${NAME[OTHER[side]]} serves.`,
      why: "who takes it does not have the class: it fails until its retries are used up.",
      remedy: `${isMeant ? `give \`${clipped(queue)}\` to a ${NAME[side]} worker instead, ` : ""}push it to a queue that ${NAME[side]} serves, or write it in ${NAME[OTHER[side]]} as well.`,
    } satisfies Finding;
  });
};

const NAME = { ruby: "Ruby", typescript: "TypeScript" } as const;
const OTHER = { ruby: "typescript", typescript: "ruby" } as const;

/** What is enqueued here, by name, and is in neither language. Where only one of them is here, the other may have it. */
const nowhere = (project: Project): readonly Finding[] => {
  const jobs = project.jobs();
  const hasRuby = jobs.some(({ side }) => side === "ruby");
  const isRunHere = (name: string): boolean =>
    project.hasRubyClass(name) ||
    jobs.some((job) => job.isRun && job.side === "typescript" && job.name === name);
  const enqueued = jobs.filter(({ isRun, name }) => hasRuby && !isRun && !isRunHere(name));
  const periodic = (project.schedule()?.entries ?? []).flatMap(({ class: name, line }) =>
    hasRuby && name !== undefined && !isRunHere(name) && !name.includes("::")
      ? [{ name, file: project.schedule()?.file ?? "", line }]
      : [],
  );
  return [...enqueued, ...periodic].map(({ name, file, line }) => ({
    level: "warning",
    where: { file, ...(line !== undefined && { line }) },
    saw: `\`${clipped(name)}\` is enqueued here, and neither the Ruby nor the TypeScript of this folder has a class of that name.`,
    why: "if nobody else has it, its jobs fail until their retries are used up.",
    remedy: "correct the name, or leave it if a gem or another app brings the class.",
  }));
};

const differing = (project: Project): readonly Finding[] => {
  const run = project.jobs().filter(({ isRun }) => isRun);
  return run
    .filter(({ side }) => side === "typescript")
    .flatMap((own) => {
      const other = run.find(({ name, side }) => name === own.name && side === "ruby");
      const differences = other ? differencesOf(own, other) : [];
      if (!other || differences.length === 0) return [];
      return {
        level: "warning",
        where: { file: own.file, line: own.line },
        saw: `\`${clipped(own.name)}\` is run by both languages by different rules (${other.file}:${other.line}): ${differences.map(({ text }) => text).join("; ")}.`,
        why: "what becomes of a job depends on who has taken or pushed it.",
        remedy: remedyOf(differences),
      } satisfies Finding;
    });
};

interface Difference {
  readonly text: string;
  /** That option, where only Ruby does what it says. */
  readonly rubys?: string;
}

/** Only Sidekiq Enterprise does what these say, and only when Ruby runs the job. */
const RUBYS: ReadonlySet<string> = new Set(["unique_for", "unique_until", "expires_in", "encrypt"]);

const remedyOf = (differences: readonly Difference[]): string => {
  const rubys = differences.flatMap(({ rubys: name }) => name ?? []);
  const [says, option] = rubys.length === 1 ? ["says", "option"] : ["say", "options"];
  const deadline = rubys.includes("expires_in") ? " give it a `deadline` in TypeScript," : "";
  const named = rubys.map((name) => `\`${name}\``).join(" and ");
  const keep = `only Ruby does what ${named} ${says}: keep the class on queues that Ruby serves,${deadline} or take the ${option} out`;
  const same = "give both the same, or take the class out of one of them";
  const all = [...(rubys.length < differences.length ? [same] : []), ...(rubys.length > 0 ? [keep] : [])];
  return `${all.join("; ")}.`;
};

const differencesOf = (own: JobClass, other: JobClass): readonly Difference[] => {
  if (own.kind !== other.kind)
    return [
      { text: `Ruby has ${KIND[other.kind]}, TypeScript ${KIND[own.kind]}, whose payloads are different` },
    ];
  const [ownRetry, otherRetry] = [retriesOf(own), retriesOf(other)];
  const isOther = ownRetry !== undefined && otherRetry !== undefined && ownRetry !== otherRetry;
  return [
    ...(isOther ? [{ text: `\`retry\` is ${otherRetry} in Ruby and ${ownRetry} in TypeScript` }] : []),
    ...OPTION_NAMES.flatMap((name): readonly Difference[] => {
      const [ours, theirs] = [optionIn(own, name), optionIn(other, name)];
      if (ours === "unknown" || theirs === "unknown" || ours === theirs) return [];
      // That TypeScript drops what comes too late is said there by another name.
      if (name === "expires_in" && ours === "not set" && own.deadlineSeconds !== undefined) return [];
      const text = `\`${name}\` is ${theirs} in Ruby and ${ours} in TypeScript`;
      return [{ text, ...(RUBYS.has(name) && { rubys: name }) }];
    }),
    ...[...own.attempts].flatMap(([error, attempts]) => {
      const theirs = other.attempts.get(error);
      return theirs === undefined || theirs === attempts
        ? []
        : [{ text: `\`${clipped(error)}\` has ${theirs} attempts in Ruby and ${attempts} in TypeScript` }];
    }),
  ];
};

/** As a text: what nothing says is as Sidekiq has it. */
const optionIn = ({ options, isClosed }: JobClass, name: (typeof OPTION_NAMES)[number]): string => {
  if (options.has(name)) {
    const value = options.get(name);
    return value === undefined ? "unknown" : clipped(String(value));
  }
  if (!isClosed) return "unknown";
  return name === "dead" ? "true" : "not set";
};

const KIND = { sidekiq: "a plain job", "active-job": "an ActiveJob" } as const;
