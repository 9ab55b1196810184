/** What an examination has found, as people read it: in 80 columns, the worst first, each with why and what to do. */
import { resolve } from "node:path";
import { counted, withCommas } from "../cli/counted.ts";
import { columns } from "../cli/terminal-room.ts";
import { terminalText } from "../cli/terminal-text.ts";
import { wrapped as wrappedTo } from "../cli/wrapped.ts";
import { LEVELS, placeText } from "./check.ts";
import type { Check, Level } from "./check.ts";
import type { Examination, Examined } from "./examine.ts";

const WIDTH = 80;

export const reportLines = (examination: Examination): readonly string[] => [
  ...wrapped(headline(examination)),
  ...wrapped(`${countsOf(examination)}.`),
  "",
  ...LEVELS.flatMap((level) => groupLines(level, examination.findings)),
  ...unlooked(examination),
  ...wrapped(verdict(examination)),
];

/** The checks, a line or two each. */
export const listLines = (checks: readonly Check[]): readonly string[] => {
  const indent = Math.max(...checks.map(({ id }) => id.length)) + 2;
  return checks.flatMap(({ id, title, level }) =>
    wrapped(`${id.padEnd(indent)}${level.padEnd(LEVEL_COLUMN)}${title}`, indent + LEVEL_COLUMN),
  );
};

const LEVEL_COLUMN = 9;

const headline = ({ redis, folder }: Examination): string =>
  [redis === undefined ? [] : `Redis ${redis}`, `folder ${resolve(folder)}`].flat().join(", ");

const HEADS: Readonly<Record<Level, string>> = { error: "ERRORS", warning: "WARNINGS", note: "NOTES" };

const groupLines = (level: Level, findings: readonly Examined[]): readonly string[] => {
  const own = findings.filter((finding) => finding.level === level);
  return own.length === 0 ? [] : [HEADS[level], ...alike(own).flatMap(findingLines)];
};

/** Those of which one would read the same again: each is told, and once why it matters and what to do. */
const alike = (findings: readonly Examined[]): readonly (readonly Examined[])[] => {
  const groups = new Map<string, Examined[]>();
  for (const one of findings) {
    const key = [one.check, one.why, one.remedy].join("\n");
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  return [...groups.values()];
};

const findingLines = (same: readonly Examined[]): readonly string[] => {
  const [{ why, remedy } = { why: "", remedy: "" }] = same;
  return [
    ...same.flatMap(({ check, level, where, saw }) => [
      ...wrapped(`${level} ${check}  ${placeText(where)}`, 2),
      ...wrapped(`  ${saw}`, 2),
    ]),
    ...wrapped(`  Why: ${why}`, 7),
    ...wrapped(`  Do:  ${remedy}`, 7),
    "",
  ];
};

const unlooked = ({ notLooked }: Examination): readonly string[] => {
  if (notLooked.length === 0) return [];
  const byReason = new Map<string, string[]>();
  for (const { check, reason } of notLooked) byReason.set(reason, [...(byReason.get(reason) ?? []), check]);
  return [
    "NOT LOOKED AT",
    ...[...byReason].flatMap(([reason, ids]) => wrapped(`  ${ids.join(", ")}: ${reason}`, 4)),
    "",
  ];
};

const countsOf = ({ findings }: Pick<Examination, "findings">): string =>
  LEVELS.map((level) => counted(findings.filter((one) => one.level === level).length, level)).join(", ");

const verdict = ({ findings, looked, jobs, sources }: Examination): string => {
  const seen = [
    counted(looked.length, "check"),
    jobs === undefined ? [] : jobsText(jobs),
    sources === undefined
      ? []
      : `${counted(sources.files, "source")}${sources.isCut ? ", not all of them, so that nothing is said to be missing" : ""}`,
  ].flat();
  // Who has named the wrong folder sees no finding, and takes it for a clean bill of health.
  const missing =
    sources?.files === 0 ? " In this folder there are no sources: is it that of the project?" : "";
  return `${countsOf({ findings })}. Looked at: ${seen.join("; ")}.${missing}`;
};

const jobsText = (jobs: NonNullable<Examination["jobs"]>): string =>
  jobs.total === 0
    ? "no jobs, as there are none"
    : `${withCommas(jobs.looked)} of ${counted(jobs.total, "job")}${leftOut(jobs)}`;

const leftOut = ({ queuesLeftOut }: NonNullable<Examination["jobs"]>): string =>
  queuesLeftOut === 0 ? "" : `, none of the ${counted(queuesLeftOut, "shortest queue")}`;

/** What a terminal would obey is made visible first. */
const wrapped = (text: string, indent = 0): readonly string[] =>
  wrappedTo(terminalText(text), Math.min(WIDTH, columns()), indent);
