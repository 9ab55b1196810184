/** What each class has run in the last hour. */
import { Metrics } from "@tsq/core/api";
import type { JobMetrics } from "@tsq/core/api";
import { counted, withCommas } from "../cli/counted.ts";
import { terminalText } from "../cli/terminal-text.ts";
import { hasText, onPage } from "./page.ts";
import type { Wanted } from "./page.ts";
import type { Picture, Row, TopColumn } from "./picture.ts";

const COLUMNS: readonly TopColumn[] = [
  { head: "Class", cuts: "class" },
  { head: "Success", isNumber: true },
  { head: "Failure", isNumber: true },
  { head: "Total (s)", isNumber: true },
  { head: "Average (s)", isNumber: true },
];

const SECONDS = new Intl.NumberFormat("en-US", { minimumFractionDigits: 2, maximumFractionDigits: 2 });

export const readMetrics = async (of: string, wanted: Wanted): Promise<Picture> => {
  const { jobs, deploys } = await new Metrics(wanted.api).topJobs();
  const meant = jobs.filter((job) => hasText(job.class, wanted.filter));
  const deploy = deploys.at(-1);
  return {
    of,
    title: `Metrics of the last hour: ${counted(jobs.length, "class", "classes")}${deploy ? `, deployed ${terminalText(deploy.label)}` : ""}`,
    columns: COLUMNS,
    rows: onPage(meant, wanted).map(rowOf),
    from: wanted.from,
    total: meant.length,
    none: wanted.filter === "" ? "none: no job has ended in the last hour" : "none with that in its name",
    ...(wanted.filter !== "" && { looked: jobs.length }),
  };
};

const rowOf = ({ class: name, processed, failed, totalMs, averageMs }: JobMetrics): Row => ({
  key: name,
  cells: [
    terminalText(name),
    withCommas(processed - failed),
    withCommas(failed),
    SECONDS.format(totalMs / 1_000),
    SECONDS.format(averageMs / 1_000),
  ],
  target: { kind: "class", name },
  ...(failed > 0 && { tone: "warning" as const }),
});
