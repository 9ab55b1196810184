/** A job that has ended, as far as a worker has kept it: in words, and with the keys that jobs have as JSON. */
import type { FinishedJob } from "@tsq/core/api";
import { utcText, whenText } from "../cli/ages.ts";
import { withCommas } from "../cli/counted.ts";
import { terminalText } from "../cli/terminal-text.ts";
import type { Fact } from "./job-facts.ts";
import { endOf, mayWaitAgain } from "./place-words.ts";

/** @param lookedOnly how many jobs on queues were looked at, where that were not all */
export const endedFacts = (job: FinishedJob, nowMs: number, lookedOnly?: number): readonly Fact[] => {
  const { at, jid, queue, identity, ms, waitedMs } = job;
  const lines: readonly (readonly [label: string, text: string])[] = [
    ["JID", jid],
    ["Class", job.class],
    ["Queue", queue],
    ["Ended", `${utcText(at)} UTC, ${whenText(at, nowMs)}: ${endOf(job)}`],
    ["In", identity],
    ["Took", tookText(ms)],
    ...(waitedMs === undefined ? [] : ([["Waited", tookText(waitedMs)]] as const)),
    ...(lookedOnly === undefined ? [] : ([["But", mayWaitAgain(lookedOnly)]] as const)),
  ];
  return lines.map(([label, text]) => [label, terminalText(text)]);
};

const tookText = (ms: number): string =>
  ms < 1_000 ? `${withCommas(ms)} ms` : `${(ms / 1_000).toFixed(1)} s`;

/** What was not kept is null. */
export const endedJson = ({ at, jid, class: name, queue, as, identity, ms, waitedMs }: FinishedJob) => ({
  jid,
  place: "ended",
  queue,
  class: name,
  args: null,
  tags: null,
  at,
  created_at: null,
  enqueued_at: null,
  failed_at: null,
  retried_at: null,
  retry_count: null,
  error_class: null,
  error_message: null,
  text: null,
  process: identity,
  ahead: null,
  cancelled_at: null,
  iteration: null,
  timeline: [],
  attempts: [],
  backtrace: [],
  payload: null,
  ended: { as, ms, waited_ms: waitedMs ?? null },
});
