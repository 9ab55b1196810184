/** The processes, and what they run: as `tsq ps` has them. */
import { Filter, ProcessSet, WorkSet } from "@tsq/core/api";
import type { ProcessRecord, WorkRecord } from "@tsq/core/api";
import { spanText, whenText } from "../cli/ages.ts";
import { counted, withCommas } from "../cli/counted.ts";
import { terminalText } from "../cli/terminal-text.ts";
import { argsText, classText } from "../jobs/job-table.ts";
import { runsMeant } from "../jobs/runs-meant.ts";
import { keyOfJob } from "./job-key.ts";
import { memoryText } from "./memory.ts";
import { onPage } from "./page.ts";
import type { Wanted } from "./page.ts";
import type { Picture, Row, TopColumn } from "./picture.ts";

const COLUMNS: readonly TopColumn[] = [
  { head: "Process, job", cuts: "name" },
  { head: "Since" },
  { head: "Busy, queue", cuts: "name" },
  { head: "Queues, arguments", cuts: "text" },
  { head: "JID", isExtra: true },
];

export const readBusy = async (of: string, wanted: Wanted): Promise<Picture> => {
  const { api, nowMs } = wanted;
  const [processes, runs] = await Promise.all([new ProcessSet(api).all(), new WorkSet(api).all()]);
  const filter = Filter.parse(wanted.filter);
  const meant = filter.isEmpty ? runs : runsMeant(runs, filter);
  // A filter is about jobs.
  const shown = filter.isEmpty ? processes : [];
  const all = [
    ...shown.map((process) => () => processRow(process, nowMs)),
    ...meant.map((run) => () => runRow(run, nowMs)),
  ];
  const slots = processes.reduce((sum, { concurrency }) => sum + concurrency, 0);
  const memory = memoryText(processes.reduce((sum, { rssKib }) => sum + rssKib, 0));
  return {
    of,
    title: `Busy: ${counted(processes.length, "process", "processes")}, ${counted(runs.length, "job")} running in ${counted(slots, "thread")}, ${memory}`,
    columns: COLUMNS,
    rows: onPage(all, wanted).map((make) => make()),
    from: wanted.from,
    total: all.length,
    none: filter.isEmpty
      ? "none: nobody takes jobs from this Redis"
      : `none of ${counted(runs.length, "job")} that run`,
    ...(!filter.isEmpty && { looked: runs.length }),
  };
};

const processRow = (process: ProcessRecord, nowMs: number): Row => {
  const {
    identity,
    hostname,
    pid,
    tag,
    labels,
    isQuiet,
    isEmbedded,
    startedAt,
    beatAt,
    concurrency,
    busy,
    rssKib,
    version,
    queues,
  } = process;
  const marks = [isQuiet ? "quiet" : "", isEmbedded ? "embedded" : "", tag, ...labels].filter(
    (mark) => mark !== "",
  );
  return {
    key: `process ${identity}`,
    cells: [
      terminalText(`${hostname}:${pid}`),
      startedAt ? spanText(nowMs - startedAt.getTime()) : "",
      `${withCommas(busy)} of ${withCommas(concurrency)} busy`,
      [...marks.map((mark) => `[${terminalText(mark)}]`), queues.map(terminalText).join(", ")].join(" "),
      "",
    ],
    target: { kind: "process", process },
    tone: process.isSilentAt(nowMs) ? "bad" : isQuiet ? "warning" : "strong",
    detail: `${terminalText(identity)}: ${terminalText(version ?? "unknown version")}, ${memoryText(rssKib)}, beat ${whenText(beatAt, nowMs) || "never"}`,
  };
};

const runRow = (run: WorkRecord, nowMs: number): Row => {
  const { identity, job, runAt, queue, isOverrunning } = run;
  const at = { place: "running", job, identity, work: run } as const;
  return {
    key: keyOfJob(at),
    cells: [
      `  ${classText(job)}`,
      runAt ? spanText(nowMs - runAt.getTime()) : "",
      terminalText(queue ?? job.queue ?? ""),
      argsText(job),
      terminalText(job.jid ?? "(no jid)"),
    ],
    target: { kind: "job", at },
    ...(isOverrunning && { tone: "bad" as const }),
    detail: `in ${terminalText(identity)}${isOverrunning ? ", beyond its timeout" : ""}`,
  };
};
