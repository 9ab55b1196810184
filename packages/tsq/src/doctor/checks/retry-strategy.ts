/** Whether jobs are retried as long as they are of use, and whether their failures leave a trace. */
import { fromApi } from "../api-finding.ts";
import { clipped, named } from "../check.ts";
import { counted } from "../../cli/counted.ts";
import type { Check, Finding } from "../check.ts";
import type { DoctorContext } from "../context.ts";
import { isRubyTold, isTypeScriptTold } from "../project/error-handlers.ts";
import { retriesOf } from "../project/job-class.ts";
import type { JobClass } from "../project/job-class.ts";
import type { Project } from "../project/project.ts";
import { optionOf } from "../project/ruby-classes.ts";
import { lineAt, matchesIn, statementAt } from "../project/source-text.ts";
import { placeOfClass } from "../job-place.ts";
import { byClass, jobsOf, liesIn } from "../redis/job-groups.ts";
import type { FoundOf } from "../redis/redis-reading.ts";
import { isOfUnknownClass, unknownClass } from "../redis/unknown-class.ts";
import { isAtLeast } from "@tsq/core/config";

export const RETRY_STRATEGY: Check = {
  id: "retry-strategy",
  title: "25 retries of what is soon useless, or never thought about; failures lost; old waits",
  level: "error",
  subjects: ["redis", "project"],
  look: async (context) => [
    ...removedWaits(context.project),
    ...(await lost(context)),
    ...(await growing(context)),
    ...(await retriedForDays(context)),
    ...shortLived(context.project),
    ...neverSet(context.project),
  ],
};

const removedWaits = (project: Project): readonly Finding[] => {
  const gems = ["activejob", "rails"].flatMap((name) => project.gems().get(name) ?? []);
  const locked = gems.find((gem) => gem.version !== undefined)?.version;
  const version = locked ?? gems.find(({ least }) => least !== undefined)?.least;
  if (version === undefined || !isAtLeast(version, "7.1")) return [];
  const orNewer = locked === undefined ? " or newer" : "";
  const isGone = isAtLeast(version, "7.2");
  return project.ruby().flatMap((source) =>
    matchesIn(source, /(?<![\w.])retry_on\b/).flatMap(({ index }) => {
      const wait = optionOf(statementAt(source, index), "wait");
      if (wait === undefined || wait === "dynamic" || wait.known !== "exponentially_longer") return [];
      return {
        level: isGone ? "error" : "warning",
        where: { file: source.path, line: lineAt(source.text, index) },
        saw: `\`wait: :exponentially_longer\`, and the app has Rails ${version}${orNewer}.`,
        why: isGone
          ? "Rails 7.2 has removed it: the retry itself raises, and the job is not enqueued again."
          : "Rails 7.1 warns of it, and 7.2 has removed it.",
        remedy: "write `:polynomially_longer`, which waits as long.",
      } satisfies Finding;
    }),
  );
};

/** `retry: false`, and nobody is told. */
const lost = async ({ redis, project }: DoctorContext): Promise<readonly Finding[]> => {
  const told = { ruby: isRubyTold(project), typescript: isTypeScriptTold(project) };
  const classes = project.jobs().filter(({ isRun, retry, side }) => isRun && retry === false && !told[side]);
  if (classes.length === 0) return [];
  const metrics = (await redis?.metrics())?.jobs ?? [];
  return classes.map(({ name, file, line, retryAt = { file, line } }) => {
    const failed = metrics.find((job) => job.class === name)?.failed ?? 0;
    return {
      level: failed > 0 ? "warning" : "note",
      where: retryAt,
      saw: `\`${clipped(name)}\` has \`retry: false\`${failed > 0 ? `, and failed ${counted(failed, "time")} within the last 8 hours` : ""}; nobody is told of errors or deaths.`,
      why: "such a failure leaves nothing: no retry, no dead job, no message.",
      remedy: "write `retry: 0`, which keeps it in the dead set, or add a death handler.",
    };
  });
};

const growing = async ({ redis, project }: DoctorContext): Promise<readonly Finding[]> =>
  ((await redis?.findings("deaths", "error-growing", "retry-storm")) ?? []).map((found) => {
    const name = found.job?.class;
    const finding = fromApi(
      found,
      SAID[found.kind],
      name === undefined ? undefined : placeOfClass(project, name),
    );
    return name !== undefined && isUnknownIn(found, name)
      ? { ...finding, cause: unknownClass(name) }
      : finding;
  });

/** What the check of classes tells, with the class that is missing. */
const isUnknownIn = ({ evidence }: FoundOf<keyof typeof SAID>, name: string): boolean =>
  isOfUnknownClass(name, evidence["error"], evidence["fingerprint"]);

const CHANGED = {
  why: "something has changed: a deploy, a service, the data.",
  remedy:
    "look at the errors (`tsq errors`, or the dashboard) and at the last deploy; retry what is dead when it is mended.",
};

const SAID = {
  deaths: CHANGED,
  "error-growing": CHANGED,
  "retry-storm": {
    why: "they fall upon what made them fail, and other jobs wait behind them.",
    remedy:
      "spread them by a wait with jitter (`sidekiq_retry_in`, `retryIn`), or pause the queue until the cause is mended.",
  },
};

const DAY_MS = 86_400_000;

const retriedForDays = async ({ redis, project, now }: DoctorContext): Promise<readonly Finding[]> => {
  const { jobs } = (await redis?.sample()) ?? { jobs: [] };
  const ageMs = (failedAt: Date | undefined): number => (failedAt ? now.getTime() - failedAt.getTime() : 0);
  const old = byClass(jobs.filter(({ list, job }) => list === "retry" && ageMs(job.failedAt) > DAY_MS));
  return old.slice(0, MOST_CLASSES).map((group) => {
    const days = Math.max(...group.jobs.map(({ job }) => ageMs(job.failedAt))) / DAY_MS;
    const own = project.classNamed(group.class);
    const place = own && (own.retryAt ?? own);
    return {
      level: "note",
      where: place ? { file: place.file, line: place.line } : group.where,
      saw: `${jobsOf([group])}${place ? ` (${liesIn(group)})` : ""} failed first more than a day ago, up to ${days.toFixed(0)} days, and will be retried again.`,
      why: "what has failed for a day rarely gets better by itself, and who waited for it has gone.",
      remedy:
        "if its work is useless by then, give the class fewer retries (13 are about a day) or a `retry_for`.",
    };
  });
};

const MOST_CLASSES = 5;

/** So many take a day: the waits are 15 s and the fourth power of the attempt. */
const RETRIES_OF_A_DAY = 13;
const SOON_USELESS =
  /(?:Otp|Totp|OneTime(?:Code|Password)|VerificationCode|LoginCode|AccessCode|MagicLink|TwoFactor|TypingIndicator|Presence)/;

/** By the name alone: so it is a note, and says so. */
const shortLived = (project: Project): readonly Finding[] =>
  project.jobs().flatMap((job): readonly Finding[] => {
    const { isRun, name, file, line, retryAt = { file, line }, deadlineSeconds } = job;
    const retries = retriesOf(job);
    const isLong = typeof retries === "number" && retries > RETRIES_OF_A_DAY;
    if (!isRun || !isLong || deadlineSeconds !== undefined || !SOON_USELESS.test(name)) return [];
    return [
      {
        level: "note",
        where: retryAt,
        saw: `\`${clipped(name)}\` is retried ${retries} times, and by its name it is of use for minutes.`,
        why: "25 retries take about 20 days: somebody gets a code or a sign long after it means anything.",
        remedy: "give it `retry: 3`, or in TypeScript a `deadline`.",
      },
    ];
  });

const neverSet = (project: Project): readonly Finding[] => {
  const isUnset = ({ isRun, retry, kind, hasRetryOn }: JobClass): boolean =>
    isRun && retry === "unset" && (kind === "sidekiq" || !hasRetryOn);
  const classes = project.jobs().filter(isUnset);
  // A class of both languages is one.
  const names = [...new Set(classes.map(({ name }) => name))];
  const [first] = classes;
  if (!first) return [];
  return [
    {
      level: "note",
      where: { file: first.file, line: first.line },
      saw: `${counted(names.length, "class says", "classes say")} nothing of retries: ${named(names)}.`,
      why: "then Sidekiq tries 25 times within about 20 days, whether or not that is of use.",
      remedy: "say for each how often, or how long, it is worth it: `retry: 5`, `retry_on`, `retry_for`.",
    },
  ];
};
