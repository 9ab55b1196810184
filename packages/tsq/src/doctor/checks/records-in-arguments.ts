/** Arguments that should have been an id: records made text, whole rows, GlobalIDs that nobody resolves, and very large ones. */
import { clipped, named } from "../check.ts";
import type { Check, Finding } from "../check.ts";
import type { DoctorContext } from "../context.ts";
import { lineAt, matchesIn } from "../project/source-text.ts";
import type { Project } from "../project/project.ts";
import { byClass, jobsOf, valuesIn } from "../redis/job-groups.ts";
import type { JobGroup } from "../redis/job-groups.ts";
import type { SampledJob } from "../redis/sample.ts";
import { readSides } from "../sides.ts";

export const RECORDS_IN_ARGUMENTS: Check = {
  id: "records-in-arguments",
  title: "records and rows as arguments, GlobalIDs that nobody resolves, above 10 kB",
  level: "warning",
  subjects: ["redis", "project"],
  look: async (context) => {
    const { jobs } = (await context.redis?.sample()) ?? { jobs: [] };
    return [
      ...texts(context.project, jobs),
      ...rows(context.project, jobs),
      ...(await globalIds(context, jobs)),
      ...large(context.project, jobs),
      ...selves(context.project),
    ];
  },
};

/** The place of the class, where the project has it: there it is mended. */
const placeOf = (project: Project, { class: name, where }: JobGroup): Finding["where"] => {
  const own = project.jobs().find((job) => job.name === name);
  return own ? { file: own.file, line: own.line } : where;
};

const found = (
  project: Project,
  jobs: readonly SampledJob[],
  isMeant: (value: unknown) => boolean,
  told: (groups: string) => Omit<Finding, "level" | "where">,
): readonly Finding[] => {
  const groups = byClass(jobs.filter(({ job }) => [...valuesIn(job.payload?.["args"])].some(isMeant)));
  if (!groups[0]) return [];
  return [{ level: "warning", where: placeOf(project, groups[0]), ...told(jobsOf(groups)) }];
};

const OBJECT_TEXT = /^(?:#<[A-Z][\w:]*[ :>]|--- !ruby\/(?:object|hash)|\[object Object\]$)/;

const texts = (project: Project, jobs: readonly SampledJob[]): readonly Finding[] =>
  found(
    project,
    jobs,
    (value) => typeof value === "string" && OBJECT_TEXT.test(value),
    (groups) => ({
      saw: `An object that was made a text (\`#<Class …>\`, YAML, or \`[object Object]\`) among the arguments of ${groups}.`,
      why: "the job gets a text that says nothing: the record cannot be had from it.",
      remedy: "push the id, and find the record in the job.",
    }),
  );

const rows = (project: Project, jobs: readonly SampledJob[]): readonly Finding[] =>
  found(project, jobs, isRow, (groups) => ({
    saw: `What looks like a whole row (keys \`id\`, \`created_at\` and \`updated_at\`) among the arguments of ${groups}.`,
    why: "it is as old as the job's wait, and all that is in it lies in Redis, on dashboards and in logs.",
    remedy: "push the id, and find the record in the job.",
  }));

const isRow = (value: unknown): boolean =>
  typeof value === "object" &&
  value !== null &&
  "id" in value &&
  (("created_at" in value && "updated_at" in value) || ("createdAt" in value && "updatedAt" in value));

const GLOBAL_ID = /^gid:\/\/([^/]+)\//;

const globalIds = async (
  context: DoctorContext,
  jobs: readonly SampledJob[],
): Promise<readonly Finding[]> => {
  const { project } = context;
  const { globalIdApps, jobs: ours } = project.typescript();
  // What the program alone knows may be all of them, and so may what is not in this folder.
  if (project.isPartial() || globalIdApps === undefined || !ours.some(({ isRun }) => isRun)) return [];
  const sides = await readSides(context);
  const apps = new Set<string>();
  const own = jobs.filter(({ job, queue }) => {
    if (!sides.of(queue).has("typescript")) return false;
    const unknown = [...valuesIn(job.payload?.["args"])]
      .flatMap(appOf)
      .filter((app) => !globalIdApps.includes(app));
    for (const app of unknown) apps.add(app);
    return unknown.length > 0;
  });
  const groups = byClass(own);
  if (!groups[0]) return [];
  return [
    {
      level: "warning",
      where: placeOf(project, groups[0]),
      saw: `Records of ${named([...apps])} (GlobalID) in ${jobsOf(groups)} on queues that TypeScript serves, and nothing here resolves them.`,
      why: "the handler gets an id where it was written for a record.",
      remedy: "give `configure({ globalId: { app: find } })` a function for that app.",
    },
  ];
};

const appOf = (value: unknown): readonly string[] => {
  if (typeof value !== "object" || value === null) return [];
  const { _aj_globalid: id } = value as Readonly<Record<string, unknown>>;
  const app = typeof id === "string" ? GLOBAL_ID.exec(id)?.[1] : undefined;
  return app === undefined ? [] : [clipped(app)];
};

const LARGE_BYTES = 10_240;

const large = (project: Project, jobs: readonly SampledJob[]): readonly Finding[] => {
  const bytesOf = ({ job }: SampledJob): number =>
    job.bytes.length > LARGE_BYTES ? Buffer.byteLength(job.argsText ?? "") : 0;
  const groups = byClass(jobs.filter((one) => bytesOf(one) > LARGE_BYTES));
  if (!groups[0]) return [];
  const most = Math.max(...groups.flatMap((group) => group.jobs.map(bytesOf)));
  return [
    {
      level: "warning",
      where: placeOf(project, groups[0]),
      saw: `Arguments above 10 kB in ${jobsOf(groups)}; the largest have ${Math.round(most / 1_024)} kB.`,
      why: "Redis holds them in memory, each hop copies them, and dashboards and logs show them.",
      remedy: "store it elsewhere, and push its key.",
    },
  ];
};

/** `SyncWorker.perform_async(self)` of a class that is Sidekiq's own: a record is no JSON. */
const selves = (project: Project): readonly Finding[] => {
  const plain = new Set(
    project
      .jobs()
      .filter(({ side, kind }) => side === "ruby" && kind === "sidekiq")
      .map(({ name }) => name),
  );
  return project.ruby().flatMap((source) =>
    matchesIn(source, /(?<![\w:])([A-Z][\w:]*)\.perform_(?:async|in|at)\s*\(([^()]*)\)/)
      .filter(
        ([, name = "", args = ""]) => plain.has(name) && args.split(",").some((arg) => arg.trim() === "self"),
      )
      .map(({ index, 1: name = "" }) => ({
        level: "warning" as const,
        where: { file: source.path, line: lineAt(source.text, index) },
        saw: `\`self\` is an argument of \`${clipped(name)}\`, a plain job of Sidekiq.`,
        why: "arguments are JSON: Sidekiq 7 refuses an object, and Sidekiq 6 pushes `#<Class>` as a text.",
        remedy: "push `id`, and find the record in the job.",
      })),
  );
};
