/** `tsq show`: one job. */
import type { FoundJob } from "@tsq/core/api";
import { dumpJson } from "@tsq/core/protocol";
import { utcText, whenText } from "../cli/ages.ts";
import type { CommandContext } from "../cli/command.ts";
import { withCommas } from "../cli/counted.ts";
import { look } from "../cli/look.ts";
import type { LookFlags } from "../cli/look-flags.ts";
import { terminalText } from "../cli/terminal-text.ts";
import { wrapped } from "../cli/wrapped.ts";
import { isTooDeep } from "../jobs/deep-jobs.ts";
import { foundJob } from "../jobs/found-job.ts";
import { jobJson } from "../jobs/job-json.ts";
import type { PlacedJob } from "../jobs/job-lists.ts";

export const show = (context: CommandContext, flags: LookFlags, jid: string): Promise<void> =>
  look(context, flags, async (api) => {
    const found = await foundJob(api, jid);
    const document = documentOf(found);
    return { document, lines: [document], text: (width) => textOf(found, width) };
  });

const placedOf = (found: FoundJob): PlacedJob => {
  const { job } = found;
  if (found.place === "running") return { job, place: "running", at: found.work?.runAt };
  if (found.place === "queue") return { job, place: "queue", at: job.enqueuedAt ?? job.createdAt };
  return { job, place: found.place, at: found.job.at };
};

const documentOf = (found: FoundJob) => ({
  ...jobJson(placedOf(found)),
  process: found.place === "running" ? found.identity : null,
  ahead: found.place === "queue" ? found.ahead : null,
  cancelled_at: found.cancelledAt ?? null,
  iteration: found.iteration
    ? {
        executions: found.iteration.executions,
        cursor: found.iteration.cursor,
        runtime_seconds: found.iteration.runtimeSeconds,
      }
    : null,
  timeline: found.timeline,
  backtrace: found.job.backtrace ?? [],
  payload: isTooDeep(found.job) ? null : (found.job.payload ?? null),
});

const textOf = (found: FoundJob, width: number): string => {
  const { job, timeline, iteration, cancelledAt } = found;
  const { error_class: error, error_message: message } = job.payload ?? {};
  const nowMs = Date.now();
  const hasText = job.error !== undefined || isTooDeep(job);
  const lines: readonly (readonly [label: string, text: string | undefined])[] = [
    ["JID", job.jid ?? "none"],
    ["Class", job.displayClass],
    ["Queue", job.queue],
    ["Where", whereOf(found)],
    ["Arguments", hasText ? undefined : dumpJson(job.displayArgs)],
    ["Tags", job.tags.join(", ") || undefined],
    ["Text", hasText ? job.text : undefined],
    ["Error", typeof error === "string" ? error : undefined],
    ["Message", typeof message === "string" ? message : undefined],
    ["Cancelled", cancelledAt && `${utcText(cancelledAt)} UTC`],
    ["Iteration", iteration && `run ${iteration.executions}, goes on at ${iteration.cursor}`],
    ...timeline.map(
      ({ kind, at, attempt }, i) =>
        [
          i === 0 ? "Timeline" : "",
          `${utcText(at)} UTC  ${kind}${attempt === undefined ? "" : ` (attempt ${attempt})`}, ${whenText(at, nowMs)}`,
        ] as const,
    ),
    ...(job.backtrace ?? []).map((line, i) => [i === 0 ? "Backtrace" : "", line] as const),
    ...nextOf(found).map((command, i) => [i === 0 ? "Next" : "", command] as const),
  ];
  return lines
    .flatMap(([label, text]) =>
      text === undefined
        ? []
        : wrapped(`${label.padEnd(LABEL)}${terminalText(text)}`.trimEnd(), width, LABEL),
    )
    .join("\n");
};

const LABEL = 11;

const whereOf = (found: FoundJob): string => {
  if (found.place === "running")
    return `running in ${found.identity}${found.work?.isOverrunning ? ", beyond its timeout" : ""}`;
  if (found.place === "queue") return `on its queue, ${withCommas(found.ahead)} before it`;
  return `in the ${found.place} set`;
};

/** What one may type next. */
const nextOf = ({ place, job: { jid } }: FoundJob): readonly string[] => {
  if (jid === undefined) return [];
  const verbs = {
    running: ["cancel"],
    queue: ["cancel", "kill", "delete"],
    scheduled: ["cancel", "kill", "delete"],
    retry: ["retry", "kill", "delete"],
    dead: ["retry", "delete"],
  }[place];
  return verbs.map((verb) => `tsq ${verb} ${jid}`);
};
