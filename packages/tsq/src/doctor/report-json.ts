/** What an examination has found, for programs: these keys stay. */
import type { Check } from "./check.ts";
import type { Examination } from "./examine.ts";

export const reportJson = ({
  redis,
  folder,
  findings,
  looked,
  notLooked,
  jobs,
  sources,
}: Examination): object => {
  const count = (level: string): number => findings.filter((one) => one.level === level).length;
  return {
    redis: redis ?? null,
    folder,
    errors: count("error"),
    warnings: count("warning"),
    notes: count("note"),
    findings: findings.map(({ check, level, where, saw, why, remedy }) => ({
      check,
      level,
      file: "file" in where ? where.file : null,
      line: "file" in where ? (where.line ?? null) : null,
      redis: "redis" in where ? where.redis : null,
      saw,
      why,
      remedy,
    })),
    looked,
    not_looked: notLooked,
    jobs: jobs ? { looked: jobs.looked, total: jobs.total, queues_left_out: jobs.queuesLeftOut } : null,
    sources: sources ? { files: sources.files, cut: sources.isCut } : null,
  };
};

export const listJson = (checks: readonly Check[]): object =>
  checks.map(({ id, level, title, subjects }) => ({ id, level, title, subjects }));
