/** Arguments that should have been an id: records made text, whole rows, GlobalIDs that nobody resolves, and very large ones. */
import { clipped, named } from "../check.ts";
import type { Check, Finding } from "../check.ts";
import { lineAt, matchesIn } from "../project/source-text.ts";
import type { Project } from "../project/project.ts";
import { pointAt } from "../job-place.ts";
import { byClass, valuesIn } from "../redis/job-groups.ts";
import type { JobGroup } from "../redis/job-groups.ts";
import type { SampledJob } from "../redis/sample.ts";
import { readSides } from "../sides.ts";
import type { Sides } from "../sides.ts";

export const RECORDS_IN_ARGUMENTS: Check = {
  id: "records-in-arguments",
  title: "records and rows as arguments, GlobalIDs that nobody resolves, above 10 kB",
  level: "warning",
  subjects: ["redis", "project"],
  look: async (context) => {
    const seen: Seen = {
      project: context.project,
      jobs: (await context.redis?.sample())?.jobs ?? [],
      sides: await readSides(context),
    };
    return [...texts(seen), ...rows(seen), ...globalIds(seen), ...large(seen), ...selves(context.project)];
  },
};

interface Seen {
  readonly project: Project;
  readonly jobs: readonly SampledJob[];
  readonly sides: Sides;
}

const found = (
  { project, sides }: Seen,
  groups: readonly JobGroup[],
  told: (jobs: string) => Pick<Finding, "saw" | "why" | "remedy">,
): readonly Finding[] => {
  if (groups.length === 0) return [];
  const { where, jobs } = pointAt(project, sides, groups);
  return [{ level: "warning", where, ...told(jobs) }];
};

const having = ({ jobs }: Seen, isMeant: (value: unknown) => boolean): readonly JobGroup[] =>
  byClass(jobs.filter(({ job }) => [...valuesIn(job.payload?.["args"])].some(isMeant)));

const OBJECT_TEXT = /^(?:#<[A-Z][\w:]*[ :>]|--- !ruby\/(?:object|hash)|\[object Object\]$)/;

const isObjectText = (value: unknown): boolean => typeof value === "string" && OBJECT_TEXT.test(value);

const texts = (seen: Seen): readonly Finding[] =>
  found(seen, having(seen, isObjectText), (jobs) => ({
    saw: `An object that was made a text (\`#<Class …>\`, YAML, or \`[object Object]\`) among the arguments of ${jobs}.`,
    why: "the job gets a text that says nothing: the record cannot be had from it.",
    remedy: "push the id, and find the record in the job.",
  }));

const rows = (seen: Seen): readonly Finding[] =>
  found(seen, having(seen, isRow), (jobs) => ({
    saw: `What looks like a whole row (keys \`id\`, \`created_at\` and \`updated_at\`) among the arguments of ${jobs}.`,
    why: "it is as old as the job's wait, and all that is in it lies in Redis, on dashboards and in logs.",
    remedy: "push the id, and find the record in the job.",
  }));

const isRow = (value: unknown): boolean =>
  typeof value === "object" &&
  value !== null &&
  "id" in value &&
  (("created_at" in value && "updated_at" in value) || ("createdAt" in value && "updatedAt" in value));

const GLOBAL_ID = /^gid:\/\/([^/]+)\//;

const globalIds = (seen: Seen): readonly Finding[] => {
  const { project, jobs, sides } = seen;
  const { globalIdApps, jobs: ours } = project.typescript();
  // What the program alone knows may be all of them, and so may what is not in this folder.
  if (project.isPartial() || globalIdApps === undefined || !ours.some(({ isRun }) => isRun)) return [];
  const apps = new Set<string>();
  const own = jobs.filter(({ job, queue }) => {
    if (!sides.of(queue).has("typescript")) return false;
    const unknown = [...valuesIn(job.payload?.["args"])]
      .flatMap(appOf)
      .filter((app) => !globalIdApps.includes(app));
    for (const app of unknown) apps.add(app);
    return unknown.length > 0;
  });
  return found(seen, byClass(own), (of) => ({
    saw: `Records of ${named([...apps])} (GlobalID) in ${of} on queues that TypeScript serves, and nothing here resolves them.`,
    why: "the handler gets an id where it was written for a record.",
    remedy: "give `configure({ globalId: { app: find } })` a function for that app.",
  }));
};

const appOf = (value: unknown): readonly string[] => {
  if (typeof value !== "object" || value === null) return [];
  const { _aj_globalid: id } = value as Readonly<Record<string, unknown>>;
  const app = typeof id === "string" ? GLOBAL_ID.exec(id)?.[1] : undefined;
  return app === undefined ? [] : [clipped(app)];
};

const LARGE_BYTES = 10_240;

const large = (seen: Seen): readonly Finding[] => {
  const bytesOf = ({ job }: SampledJob): number =>
    job.bytes.length > LARGE_BYTES ? Buffer.byteLength(job.argsText ?? "") : 0;
  const groups = byClass(seen.jobs.filter((one) => bytesOf(one) > LARGE_BYTES));
  const most = Math.max(...groups.flatMap(({ jobs }) => jobs.map(bytesOf)));
  return found(seen, groups, (jobs) => ({
    saw: `Arguments above 10 kB in ${jobs}; the largest have ${Math.round(most / 1_024)} kB.`,
    why: "Redis holds them in memory, each hop copies them, and dashboards and logs show them.",
    remedy: "store it elsewhere, and push its key.",
  }));
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
