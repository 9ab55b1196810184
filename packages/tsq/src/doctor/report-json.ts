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
    jobs: jobs ?? null,
    sources: sources ? { files: sources.files, cut: sources.isCut } : null,
  };
};

export const listJson = (checks: readonly Check[]): object =>
  checks.map(({ id, level, title, subjects }) => ({ id, level, title, subjects }));

/** JSON leaves control characters above 0x7e as they are, and those that turn the direction of writing: escaped they are the same. */
export const jsonLine = (value: object): string =>
  JSON.stringify(value).replaceAll(
    /[\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
