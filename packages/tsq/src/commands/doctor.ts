/** `tsq doctor`: what is wrong with a Redis and with the project that uses it. */
import { statSync } from "node:fs";
import { ConfigError } from "@tsq/core/config";
import { unknownName } from "@tsq/core/protocol";
import type { CommandContext } from "../cli/command.ts";
import { goalsOf } from "../cli/goals.ts";
import { givenEnvironment } from "../config/config-file.ts";
import { ALL_CHECKS } from "../doctor/all-checks.ts";
import type { Check } from "../doctor/check.ts";
import { examine } from "../doctor/examine.ts";
import { listJson, reportJson } from "../doctor/report-json.ts";
import { listLines, reportLines } from "../doctor/report.ts";
import type { DoctorFlags } from "./doctor-command.ts";

export const doctor = async (
  { env, out, namedRedis }: CommandContext,
  flags: DoctorFlags,
  folder: string,
): Promise<void> => {
  const checks = chosen(flags);
  if (flags.list) {
    if (flags.json) return out.json(listJson(checks));
    for (const line of listLines(checks)) out.line(line);
    return;
  }
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory())
    throw new ConfigError(`Expected the folder of a project, got \`${folder}\`. Name one that is there.`);
  const environment = givenEnvironment(flags.environment, env) ?? "production";
  const examination = await examine({
    url: namedRedis().url,
    folder,
    checks,
    env,
    environment,
    goals: goalsOf(flags.goal),
  });
  if (flags.json) out.json(reportJson(examination));
  else for (const line of reportLines(examination)) out.line(line);
  // Not at once: what was printed into a pipe may still be on its way.
  if (examination.findings.some(({ level }) => level === "error")) process.exitCode = 1;
};

/** @throws ConfigError when one of the names is no check's */
const chosen = ({ only = [], skip = [] }: DoctorFlags): readonly Check[] => {
  const ids = ALL_CHECKS.map(({ id }) => id);
  for (const [flag, names] of [
    ["--only", only],
    ["--skip", skip],
  ] as const) {
    const unknown = names.find((name) => !ids.includes(name));
    if (unknown !== undefined) throw new ConfigError(unknownName("check", flag, unknown, ids));
  }
  return ALL_CHECKS.filter(({ id }) => (only.length === 0 || only.includes(id)) && !skip.includes(id));
};
