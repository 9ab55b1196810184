/** Runs the checks, and keeps one that may not look from ending the others. */
import { checkServer, whyUnusable } from "@tsq/core/protocol";
import { TsqError } from "@tsq/core";
import type { Goals } from "@tsq/core/config";
import type { Check, Finding } from "./check.ts";
import { LEVELS } from "./check.ts";
import type { DoctorContext } from "./context.ts";
import { Project } from "./project/project.ts";
import { RedisReading } from "./redis/redis-reading.ts";
import type { ProjectOptions } from "./project/workers.ts";

export interface Examined extends Finding {
  readonly check: string;
}

export interface Examination {
  /** The server, without its password; undefined when no check asked for it. */
  readonly redis: string | undefined;
  readonly folder: string;
  /** The worst first, in the order of the checks. */
  readonly findings: readonly Examined[];
  /** The ids of the checks that looked. */
  readonly looked: readonly string[];
  readonly notLooked: readonly { readonly check: string; readonly reason: string }[];
  /** How much of what there is was looked at; undefined of what nobody asked for. */
  readonly jobs:
    | { readonly looked: number; readonly total: number; readonly queuesLeftOut: number }
    | undefined;
  readonly sources: { readonly files: number; readonly isCut: boolean } | undefined;
}

export interface ExamineOptions extends ProjectOptions {
  readonly url: string;
  readonly folder: string;
  readonly checks: readonly Check[];
  readonly now?: Date;
  /** For how long jobs of each queue may wait. @default as the dashboard has it */
  readonly goals?: Goals;
}

export const examine = async (options: ExamineOptions): Promise<Examination> => {
  const { url, folder, checks, env, now = new Date(), goals = {} } = options;
  const project = new Project(folder, options);
  const looksAt = (subject: "redis" | "project"): boolean =>
    checks.some(({ subjects }) => subjects.includes(subject));
  const opened = looksAt("redis") ? await open(url, goals) : undefined;
  const redis = opened instanceof Error ? undefined : opened;
  const refusal = opened instanceof Error ? opened : undefined;
  const context: DoctorContext = { redis, refusal, project, env, now };
  try {
    const results = [];
    for (const check of checks) results.push({ check, ...(await look(check, context)) });
    const sample = redis?.sampled();
    return {
      redis: looksAt("redis") ? RedisReading.nameOf(url) : undefined,
      folder,
      findings: eachCauseOnce(
        results.flatMap(({ check, findings }) =>
          findings.map((finding) => ({ check: check.id, ...finding })),
        ),
      ).toSorted((a, b) => LEVELS.indexOf(a.level) - LEVELS.indexOf(b.level)),
      looked: results.filter(({ reason }) => reason === undefined).map(({ check }) => check.id),
      notLooked: results.flatMap(({ check, reason }) =>
        reason === undefined ? [] : { check: check.id, reason },
      ),
      jobs: sample && {
        looked: sample.jobs.length,
        total: sample.total,
        queuesLeftOut: sample.queuesLeftOut,
      },
      sources: looksAt("project") ? project.looked() : undefined,
    };
  } finally {
    await redis?.[Symbol.asyncDispose]();
  }
};

/** In the order of the checks: the first that has come upon it tells it. */
const eachCauseOnce = (findings: readonly Examined[]): readonly Examined[] => {
  const told = new Map<string, string>();
  return findings.filter(({ check, cause }) => {
    if (cause === undefined) return true;
    const by = told.get(cause) ?? check;
    told.set(cause, by);
    return by === check;
  });
};

const open = async (url: string, goals: Goals): Promise<RedisReading | Error> => {
  try {
    return new RedisReading(url, await checkServer(url), goals);
  } catch (error) {
    if (error instanceof TsqError) return error;
    throw error;
  }
};

interface Looked {
  readonly findings: readonly Finding[];
  /** Why it could not look. */
  readonly reason?: string;
}

const look = async (check: Check, context: DoctorContext): Promise<Looked> => {
  if (check.needsRedis && !context.redis) return { findings: [], reason: "Redis cannot be used" };
  try {
    return { findings: await check.look(context) };
  } catch (error) {
    // What a rule of the server refuses to this user.
    if (error instanceof TsqError) return { findings: [], reason: error.message };
    // Such as a key of another type, where Sidekiq has its own.
    if (context.redis && error instanceof Error && error.name === "ReplyError")
      return { findings: [], reason: whyUnusable(context.redis.url, error, "").message };
    throw error;
  }
};
