/** `tsq show`: one job. */
import { deedsAt } from "@tsq/core/config";
import type { FoundJob } from "@tsq/core/api";
import type { CommandContext } from "../cli/command.ts";
import { look } from "../cli/look.ts";
import type { LookFlags } from "../cli/look-flags.ts";
import { terminalText } from "../cli/terminal-text.ts";
import { wrapped } from "../cli/wrapped.ts";
import { isTooDeep } from "../jobs/deep-jobs.ts";
import { endedFacts, endedJson } from "../jobs/ended-facts.ts";
import type { Fact } from "../jobs/job-facts.ts";
import { jobFacts } from "../jobs/job-facts.ts";
import { knownJob } from "../jobs/found-job.ts";
import { jobJson } from "../jobs/job-json.ts";
import { placedOf } from "../jobs/job-lists.ts";

export const show = (context: CommandContext, flags: LookFlags, jid: string): Promise<void> =>
  look(context, flags, async (api) => {
    const known = await knownJob(api, jid);
    const document: JobDocument = known.place === "ended" ? endedJson(known.finished) : documentOf(known);
    const facts = (): readonly Fact[] =>
      known.place === "ended"
        ? endedFacts(known.finished, Date.now(), known.isComplete ? undefined : known.looked)
        : [...jobFacts(known, Date.now()), ...nextOf(known)];
    return { document, lines: [document], text: (width) => textOf(facts(), width) };
  });

/** Of a job that has ended too: a key that one of them has, the other has. */
type JobDocument = Readonly<Record<keyof ReturnType<typeof documentOf>, unknown>>;

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
  timeline: found.timeline.map(({ kind, at, attempt }) => ({ kind, at, attempt: attempt ?? null })),
  attempts: found.attempts.map(({ at, attempt, errorClass, errorMessage, identity, ms }) => ({
    at,
    attempt,
    error_class: errorClass,
    error_message: errorMessage,
    identity,
    ms,
  })),
  backtrace: found.job.backtrace ?? [],
  payload: isTooDeep(found.job) ? null : (found.job.payload ?? null),
  ended: null,
});

const textOf = (facts: readonly Fact[], width: number): string =>
  facts
    .flatMap(([label, text]) => wrapped(`${label.padEnd(LABEL)}${text}`.trimEnd(), width, LABEL))
    .join("\n");

const LABEL = 11;

const NEXT = ["retry", "cancel", "kill", "delete"] as const;

/** What one may type next. */
const nextOf = ({ place, job: { jid } }: FoundJob): readonly Fact[] => {
  if (jid === undefined) return [];
  const lines = deedsAt(place, NEXT).map((verb) => `tsq ${verb} ${terminalText(jid)}`);
  // Of what waits for its time a retry has to be told that it is meant.
  if (deedsAt(place, ["add_to_queue"]).length > 0)
    lines.unshift(`tsq retry ${terminalText(jid)} --in scheduled`);
  return lines.map((line, i) => [i === 0 ? "Next" : "", line]);
};
