/** Jobs whose payload one of the sides cannot run, or reads otherwise than it was meant. */
import { isTruthy, memberText } from "@tsq/core/protocol";
import { clipped, named } from "../check.ts";
import { counted } from "../../cli/counted.ts";
import type { Check, Finding, Level } from "../check.ts";
import type { DoctorContext } from "../context.ts";
import { pointAt } from "../job-place.ts";
import type { Pointed } from "../job-place.ts";
import { byClass, valuesIn } from "../redis/job-groups.ts";
import type { JobGroup } from "../redis/job-groups.ts";
import type { SampledJob } from "../redis/sample.ts";
import { readSides } from "../sides.ts";

export const PAYLOADS: Check = {
  id: "payloads",
  title: "no JSON, wrong times, big integers, encrypted, of a batch, unknown serializers",
  level: "error",
  subjects: ["redis", "project"],
  needsRedis: true,
  look: async (context) => {
    if (!context.redis) return [];
    const { jobs } = await context.redis.sample();
    const sides = await readSides(context);
    const isTypeScripts = ({ queue }: SampledJob): boolean => sides.of(queue).has("typescript");
    const point = (groups: readonly JobGroup[]): Pointed => pointAt(context.project, sides, groups);
    return [
      ...broken(jobs),
      ...times(jobs, point),
      ...beside(jobs, isTypeScripts, point),
      ...serializers(context, jobs, isTypeScripts, point),
      ...big(jobs, point),
    ];
  },
};

/** What is no job at all: of these one does not know a class. */
const broken = (jobs: readonly SampledJob[]): readonly Finding[] => {
  const findings: Finding[] = [];
  for (const list of ["queue", "schedule", "retry", "dead"] as const) {
    const own = jobs.filter((one) => one.list === list);
    const isNoObject = ({ job }: SampledJob): boolean => job.error?.message.includes("JSON object") ?? false;
    const kinds: readonly (readonly [what: string, broken: readonly SampledJob[]])[] = [
      ["no JSON object", own.filter(isNoObject)],
      ["no JSON", own.filter((one) => one.job.error && !isNoObject(one))],
      [
        "a payload without a class",
        own.filter(({ job }) => job.payload && job.payload["class"] === undefined),
      ],
    ];
    const found = kinds.filter(([, { length }]) => length > 0);
    const [[what, [first]] = ["", []]] = found;
    if (!first) continue;
    const count = found.reduce((sum, [, { length }]) => sum + length, 0);
    const each = found.map(([kind, { length }]) => `${length} ${kind}`).join(", ");
    // What is no JSON is buried, and not lost.
    const isBuried = found.length === 1 && what === "no JSON";
    findings.push({
      level: list === "dead" ? "note" : isBuried && list === "queue" ? "warning" : "error",
      where: { redis: list === "queue" ? `queue ${first.queue}` : `set ${list}` },
      saw:
        found.length === 1
          ? `${counted(count, "entry", "entries")} ${count === 1 ? "is" : "are"} ${what}.`
          : `${counted(count, "entry", "entries")} are no jobs: ${each}.`,
      why: WHY[list],
      remedy:
        "mend what pushed it: only Sidekiq's clients and tsq's know the format. Before you delete it, look at it (`tsq dead`, `tsq queue NAME`, or the dashboard).",
    });
  }
  return findings;
};

const WHY = {
  queue:
    "it can never run: tsq and Ruby bury what is no JSON, and Ruby loses without a word what is JSON and no object.",
  schedule: "Ruby's poller takes it out, fails at it and leaves the others for later: it is lost.",
  retry: "Ruby's poller takes it out, fails at it and leaves the others for later: it is lost.",
  dead: "somebody pushed what can never run, and it was buried here.",
};

const TIMES = ["created_at", "enqueued_at", "failed_at", "retried_at"];

type Point = (groups: readonly JobGroup[]) => Pointed;

const times = (jobs: readonly SampledJob[], point: Point): readonly Finding[] => {
  const spelled = (one: SampledJob, pattern: RegExp): boolean =>
    TIMES.some((key) =>
      pattern.test(one.job.payload?.[key] === undefined ? "" : (memberText(one.job.text, key) ?? "")),
    );
  const texts = byClass(jobs.filter((one) => spelled(one, /^"/)));
  const whole = byClass(jobs.filter((one) => spelled(one, /^\d{9,10}$/)));
  const mixed = byClass(jobs.filter((one) => spelled(one, /^\d{12,}$/) && spelled(one, /^\d+\.\d+$/)));
  return [
    ...finding("error", texts, point, {
      saw: (of) => `Times that are texts, in ${of}.`,
      why: "pages of every Sidekiq that show such a job fail as a whole.",
      remedy:
        "push numbers: milliseconds for Sidekiq 8, seconds with a fraction for older ones. Delete these, or let them run.",
    }),
    ...finding("warning", whole, point, {
      saw: (of) => `Times in whole seconds, in ${of}.`,
      why: "Sidekiq 8 reads an integer as milliseconds: these are of January 1970, and a `retry_for` is over at once.",
      remedy: "push milliseconds, or seconds with a fraction (`1795451241.0`).",
    }),
    ...finding("note", mixed, point, {
      saw: (of) => `Times of two generations, seconds and milliseconds, in ${of}.`,
      why: "they went through Sidekiq 8 and an older one; both run them, and the pages of the older show wrong dates.",
      remedy: "nothing, if the upgrade goes on; see the check fleet.",
    }),
  ];
};

interface Said extends Pick<Finding, "why" | "remedy"> {
  /** Of which jobs. */
  readonly saw: (jobs: string) => string;
}

/** None of no jobs. */
const finding = (
  level: Level,
  groups: readonly JobGroup[],
  point: Point,
  { saw, ...said }: Said,
): readonly Finding[] => {
  if (groups.length === 0) return [];
  const { where, jobs } = point(groups);
  return [{ level, where, saw: saw(jobs), ...said }];
};

/** What Sidekiq's paid parts put into a payload, and tsq does not do. */
const beside = (
  jobs: readonly SampledJob[],
  isTypeScripts: (job: SampledJob) => boolean,
  point: Point,
): readonly Finding[] =>
  PAID.flatMap(({ has, what, why, remedy }) => {
    const own = jobs.filter(({ job }) => job.payload && has(job.payload));
    // Those that it matters for are told first, and alone.
    const ours = byClass(own.filter(isTypeScripts));
    const level = ours.length > 0 ? "warning" : "note";
    const on = ours.length > 0 ? " on queues that TypeScript serves" : "";
    const saw = (of: string): string => `${what} in ${of}${on}.`;
    return finding(level, ours.length > 0 ? ours : byClass(own), point, { saw, why, remedy });
  });

type Fields = Readonly<Record<string, unknown>>;

const PAID: readonly (Pick<Finding, "why" | "remedy"> & {
  readonly has: (payload: Fields) => boolean;
  readonly what: string;
})[] = [
  {
    has: ({ encrypt }) => isTruthy(encrypt),
    what: "An encrypted argument (`encrypt`)",
    why: "Sidekiq Enterprise decrypts it in Ruby alone: in TypeScript the handler gets what nobody can read.",
    remedy: "keep the class on queues that Ruby serves.",
  },
  {
    has: ({ bid }) => typeof bid === "string",
    what: "A batch (`bid`)",
    why: "only Ruby tells the batch that a job is done: one that TypeScript runs leaves its batch open for ever.",
    remedy: "keep jobs of batches on queues that Ruby serves.",
  },
  {
    has: ({ unique_for: unique }) => isTruthy(unique),
    what: "A lock (`unique_for`)",
    why: "only Ruby frees the lock when the job is done: after TypeScript it stays until it expires.",
    remedy: "keep the class on queues that Ruby serves.",
  },
  {
    has: ({ expires_in: expires }) => isTruthy(expires),
    what: "A time after which it is of no use (`expires_in`)",
    why: "only Ruby drops a job that comes too late: TypeScript runs it all the same.",
    remedy: "give the class a `deadline` in TypeScript, or keep it on queues that Ruby serves.",
  },
  {
    has: ({ overrated }) => typeof overrated === "number",
    what: "A rate limit that was reached (`overrated`)",
    why: "only Ruby keeps to a limiter of Sidekiq Enterprise: TypeScript runs what is beyond it.",
    remedy: "keep the class on queues that Ruby serves.",
  },
];

const RAILS =
  /^ActiveJob::Serializers::(?:Symbol|Duration|DateTime|Date|TimeWithZone|Time|Module|Range|BigDecimal)Serializer$/;

const serializers = (
  { project }: DoctorContext,
  jobs: readonly SampledJob[],
  isTypeScripts: (job: SampledJob) => boolean,
  point: Point,
): readonly Finding[] => {
  if (project.isPartial() || project.typescript().hasSerializers) return [];
  const found = new Set<string>();
  const own = jobs.filter((one) => {
    if (!isTypeScripts(one)) return false;
    const names = [...valuesIn(one.job.payload?.["args"])]
      .flatMap(serializerOf)
      .filter((name) => !RAILS.test(name));
    for (const name of names) found.add(name);
    return names.length > 0;
  });
  return finding("warning", byClass(own), point, {
    saw: (of) => `Arguments that ${named([...found])} wrote, in ${of} on queues that TypeScript serves.`,
    why: "without the same serializer in TypeScript the job fails where its arguments are read.",
    remedy: "give it to `configure({ serializers: [...] })`, or keep the class in Ruby.",
  });
};

const serializerOf = (value: unknown): readonly string[] => {
  if (typeof value !== "object" || value === null) return [];
  const { _aj_serialized: name } = value as Fields;
  return typeof name === "string" ? [clipped(name)] : [];
};

const big = (jobs: readonly SampledJob[], point: Point): readonly Finding[] => {
  const groups = byClass(
    jobs.filter(({ job }) => [...valuesIn(job.payload?.["args"])].some((value) => typeof value === "bigint")),
  );
  return finding("note", groups, point, {
    saw: (of) => `Integers beyond 2^53 among the arguments of ${of}.`,
    why: "tsq and Ruby keep them exact, tsq as `bigint`; JavaScript that reads the JSON by itself rounds them.",
    remedy: "type them as `bigint` in TypeScript, or pass ids as text.",
  });
};
