/** One job in words: what it is, where, and what it has been through. */
import type { FoundJob } from "@tsq/core/api";
import { dumpJson } from "@tsq/core/protocol";
import { utcText, whenText } from "../cli/ages.ts";
import { withCommas } from "../cli/counted.ts";
import { terminalText } from "../cli/terminal-text.ts";
import { isTooDeep } from "./deep-jobs.ts";
import { whereIs } from "./place-words.ts";

/** A label, empty where it is the one before, and what a terminal may show. */
export type Fact = readonly [label: string, text: string];

export const jobFacts = (found: FoundJob, nowMs: number): readonly Fact[] => {
  const { job, timeline, iteration, cancelledAt } = found;
  const { error_class: error, error_message: message } = job.payload ?? {};
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
      ({ kind, at, attempt, failure }, i) =>
        [
          i === 0 ? "Timeline" : "",
          `${utcText(at)} UTC  ${kind}${attempt === undefined ? "" : ` (attempt ${attempt})`}, ${whenText(at, nowMs)}${failure ? `: ${failure.errorClass}: ${failure.errorMessage}` : ""}`,
        ] as const,
    ),
    ...(job.backtrace ?? []).map((line, i) => [i === 0 ? "Backtrace" : "", line] as const),
  ];
  return lines.flatMap(([label, text]) => (text === undefined ? [] : [[label, terminalText(text)] as const]));
};

const whereOf = (found: FoundJob): string => {
  if (found.place === "running")
    return `${whereIs(found.place)} in ${found.identity}${found.work?.isOverrunning ? ", beyond its timeout" : ""}`;
  // Of one that a filter has found nobody has counted them.
  if (found.place === "queue" && !Number.isNaN(found.ahead))
    return `${whereIs(found.place)}, ${withCommas(found.ahead)} before it`;
  return whereIs(found.place);
};
