/** `tsq ps`: the processes, and what they run. */
import { ProcessSet, WorkSet } from "@tsq/core/api";
import type { ProcessRecord, WorkRecord } from "@tsq/core/api";
import { ageInWords, utcText, whenText } from "../cli/ages.ts";
import type { CommandContext } from "../cli/command.ts";
import { withCommas } from "../cli/counted.ts";
import { look } from "../cli/look.ts";
import type { LookFlags } from "../cli/look-flags.ts";
import { bold } from "../cli/terminal-room.ts";
import { terminalText } from "../cli/terminal-text.ts";
import { wrapped } from "../cli/wrapped.ts";
import { jobJson } from "../jobs/job-json.ts";
import type { PlacedJob } from "../jobs/job-lists.ts";
import { jobTable } from "../jobs/job-table.ts";

export const ps = (context: CommandContext, flags: LookFlags): Promise<void> =>
  look(context, flags, async (api) => {
    const [processes, runs] = await Promise.all([new ProcessSet(api).all(), new WorkSet(api).all()]);
    // For people most of it is not made.
    const rows = () => {
      const runsOf = new Map<string, WorkRecord[]>(processes.map(({ identity }) => [identity, []]));
      for (const run of runs) runsOf.get(run.identity)?.push(run);
      return processes.map((process) => processJson(process, runsOf.get(process.identity) ?? []));
    };
    return {
      get document() {
        return { processes: rows() };
      },
      get lines() {
        return rows();
      },
      text: (width) => textOf(processes, runs, width),
    };
  });

const processJson = (process: ProcessRecord, runs: readonly WorkRecord[]) => ({
  identity: process.identity,
  hostname: process.hostname,
  pid: process.pid,
  tag: process.tag,
  labels: process.labels,
  version: process.version ?? null,
  concurrency: process.concurrency,
  busy: process.busy,
  quiet: process.isQuiet,
  embedded: process.isEmbedded,
  queues: process.queues,
  weights: process.weights,
  waiting: process.waiting ?? null,
  started_at: process.startedAt ?? null,
  beat_at: process.beatAt ?? null,
  rss_kib: process.rssKib,
  rtt_us: process.rttUs,
  running: runs.map((run) => ({ ...jobJson(placed(run)), overrunning: run.isOverrunning })),
});

const placed = ({ job, runAt }: WorkRecord): PlacedJob => ({ job, place: "running", at: runAt });

/** A page of what runs: the rest is in `--json`. */
const MOST_RUNS = 50;

const textOf = (processes: readonly ProcessRecord[], runs: readonly WorkRecord[], width: number): string => {
  const nowMs = Date.now();
  const heading = bold(`Processes (${withCommas(processes.length)})`);
  if (processes.length === 0) return `${heading}\nnone: nobody takes jobs from this Redis`;
  const parts = processes.map((process) => processText(process, nowMs, width));
  if (runs.length === 0) return [heading, ...parts].join("\n");
  const shown = runs.slice(0, MOST_RUNS);
  const more = runs.length > shown.length ? [`and ${withCommas(runs.length - shown.length)} more`] : [];
  const running = bold(`Running (${withCommas(runs.length)})`);
  return [heading, ...parts, "", running, jobTable("running", shown.map(placed), width, nowMs), ...more].join(
    "\n",
  );
};

const processText = (process: ProcessRecord, nowMs: number, width: number): string => {
  const { identity, tag, labels, isQuiet, startedAt, beatAt, concurrency, busy, rssKib, version, waiting } =
    process;
  const marks = [tag, ...labels, isQuiet ? "quiet" : ""].filter((mark) => mark !== "");
  const name = [identity, ...marks.map((mark) => `[${mark}]`)].map(terminalText).join(" ");
  const lines: readonly (readonly [string, string])[] = [
    ["Started", startedAt ? `${utcText(startedAt)} UTC (${ageInWords(startedAt, nowMs)})` : "unknown"],
    ["Threads", `${withCommas(concurrency)} (${withCommas(busy)} busy)`],
    ["Queues", capsulesText(process)],
    ...(waiting === undefined ? [] : [["Waiting", `by ${waiting}`] as const]),
    [
      "Version",
      `${version ?? "unknown"}, ${withCommas(rssKib / 1_024)} MB, beat ${whenText(beatAt, nowMs) || "never"}`,
    ],
  ];
  return [
    ...wrapped(name, width),
    ...lines.flatMap(([label, text]) => wrapped(`  ${label.padEnd(9)}${terminalText(text)}`, width, 11)),
  ].join("\n");
};

/** Of each capsule; a process of before 7.0.2 has one. */
const capsulesText = ({ weights, queues }: ProcessRecord): string =>
  weights.length > 1
    ? weights.map((queues) => Object.keys(queues).join(", ")).join("; ")
    : queues.join(", ") || "none";
