/** Jobs as pages show them: what is to be hidden of them is gone before a page sees them. */
import type { FoundJob, JobEvent, JobIteration, JobRecord, SortedEntry } from "@tsq/core/api";
import { LONGEST_JID } from "@tsq/core/config";
import type { JobRow } from "../tabs/job-rows.ts";
import { shortJson } from "../html/json-text.ts";
import { jobPath, path } from "../html/path.ts";
import type { JobView } from "../layout/parts.ts";
import type { JobPageView } from "../pages/job.ts";
import type { JobRunView } from "../pages/job-place.ts";
import type { EntryView } from "../pages/set-view.ts";
import { hiderOf } from "../security/hidden.ts";
import type { Reason } from "../security/permissions.ts";
import { subjectOfJob } from "../security/subject-of.ts";
import { MASKED, maskedArgs, maskValue, mayHoldSecrets } from "../security/mask.ts";
import type { Mask, MaskedJob } from "../security/mask.ts";
import { maskedPayload } from "../security/masked-payload.ts";
import type { SetKind } from "../sets.ts";
import type { Visit } from "../visit.ts";

const MOST_TAGS = 20;
// A page with more of a payload is slow, and nobody reads it.
const LONGEST_TEXT = 100_000;
const LONGEST_MESSAGE = 10_000;
// Of a backtrace more are not shown.
const MOST_FRAMES = 300;
const LONGEST_FRAME = 1_000;
const LONGEST_CURSOR = 500;
// As long as workers keep them: what has this length may have been cut in the middle of a value.
const LONGEST_KEPT = 500;
const MOST_FACTS = 20;
const LONGEST_FACT = 200;

/**
 * A job in a row. What is no job has the beginning of its bytes in the place of arguments.
 *
 * @param hidden why it may not be looked at
 */
export const jobViewOf = (job: JobRecord, visit: Visit, hidden?: Reason): JobView => {
  const { jid, queue } = job;
  if (hidden !== undefined) return { jid, queue, hidden, class: undefined, args: [], tags: [] };
  return {
    jid,
    href: jid === undefined || jid === "" || jid.length > LONGEST_JID ? undefined : jobPath(jid),
    class: job.displayClass,
    args: job.payload
      ? shownArgs(job, visit)
      : [isUnreadHidden(job, visit) ? MASKED : job.text.slice(0, 500)],
    queue,
    tags: job.tags.slice(0, MOST_TAGS),
  };
};

/** Jobs in rows of a set: of those that may not be looked at no more than that they are there. */
export const entryViewsOf = async (
  entries: readonly SortedEntry[],
  kind: SetKind,
  visit: Visit,
): Promise<readonly EntryView[]> => {
  const hidden = await visit.permissions.whyEach(
    "look",
    entries.map((entry) => subjectOfJob(entry, kind.set)),
  );
  return entries.map((entry, i) => entryViewOf(entry, kind, visit, hidden[i]));
};

const entryViewOf = (entry: SortedEntry, kind: SetKind, visit: Visit, hidden: Reason): EntryView => {
  const row = { ...jobViewOf(entry, visit, hidden), key: entry.id, at: entry.at };
  if (hidden !== undefined) return { ...row, error: undefined, failures: undefined };
  return {
    ...row,
    href: kind.path + path`/${entry.id}`,
    error: errorOf(entry, visit),
    failures: failuresOf(entry),
  };
};

/** What is known of where a job is, beside the job. */
export interface Whereabouts {
  /** Where its forms are posted, and its questions begin. */
  readonly path: string;
  readonly run?: JobRunView | undefined;
  readonly isUnrunnable?: boolean | undefined;
  readonly isLive?: boolean | undefined;
  /** Those that the host of the dashboard adds. */
  readonly rows?: readonly JobRow[] | undefined;
}

/** The page of a job. */
export const jobPageOf = (found: FoundJob, visit: Visit, where: Whereabouts): JobPageView => {
  const { job, place, timeline, iteration, cancelledAt } = found;
  const hide = hiderFor(job, visit);
  const isInSet = place !== "queue" && place !== "running";
  return {
    ...where,
    place: place === "scheduled" ? "schedule" : place,
    entry: {
      ...jobViewOf(job, visit),
      key: isInSet ? found.job.id : (job.jid ?? ""),
      href: where.path,
      at: isInSet ? found.job.at : undefined,
      error: errorOf(job, visit),
      failures: failuresOf(job),
    },
    ...(place === "queue" && { ahead: found.ahead }),
    events: timeline.map((event) => eventOf(event, hide)),
    iteration: iteration && iterationOf(iteration, job, visit),
    cancelledAt,
    backtrace: (job.backtrace ?? []).slice(0, MOST_FRAMES).map((line) => hide(line, LONGEST_FRAME)),
    ...textOf(job, visit),
    sizeBytes: job.bytes.length,
    retries: retriesOf(job),
    facts: contextOf(job, visit),
  };
};

/** What its failures said is kept apart from the job. */
const eventOf = (event: JobEvent, hide: Hide): JobEvent => {
  const { failure } = event;
  if (!failure) return event;
  const { errorMessage: message } = failure;
  const errorMessage = hide(message, LONGEST_KEPT, message.length >= LONGEST_KEPT);
  return { ...event, failure: { ...failure, errorMessage } };
};

/** Where it goes on is what the job has made of its arguments. */
export const iterationOf = (iteration: JobIteration, job: JobRecord, visit: Visit): JobIteration => ({
  ...iteration,
  cursor: hiderFor(job, visit)(iteration.cursor, LONGEST_CURSOR),
});

/** Sidekiq's own default where the job only says that it is tried again. */
const USUAL_RETRIES = 25;

const retriesOf = ({ payload }: JobRecord): number | undefined => {
  const retry = payload?.["retry"];
  if (typeof retry === "number") return retry;
  return retry === true ? USUAL_RETRIES : retry === false ? 0 : undefined;
};

/** What CurrentAttributes of Rails have left in the job: who and what it is for. */
export const contextOf = (job: JobRecord, visit: Visit): JobPageView["facts"] => {
  const cattr = job.payload?.["cattr"];
  if (cattr === undefined) return [];
  const attributes = maskedPayload(maskOf(job, visit), { cattr }, aboutOf(job, visit))["cattr"];
  if (typeof attributes !== "object" || attributes === null || Array.isArray(attributes)) return [];
  // The same value may stand among the arguments, and be hidden there alone.
  const hide = hiderFor(job, visit);
  return Object.entries(attributes)
    .slice(0, MOST_FACTS)
    .map(([key, value]: [string, unknown]) => {
      const text = typeof value === "string" ? value : shortJson(value, LONGEST_FACT);
      return [key, hide(text, LONGEST_TEXT)];
    });
};

const shownArgs = (job: JobRecord, visit: Visit): readonly unknown[] => argsOf(job, visit).shown;

/** The arguments, and what is shown of them: of the same objects, as those of a wrapper are made anew each time. */
const argsOf = (job: JobRecord, visit: Visit) => {
  const own = job.displayArgs;
  const shown = maskedArgs(maskOf(job, visit), own, aboutOf(job, visit));
  const isSame = own.length === shown.length && own.every((arg, i) => arg === shown[i]);
  return { own, shown, isSame };
};

const aboutOf = ({ runClass, queue, jid }: JobRecord, { user }: Visit): MaskedJob => ({
  class: runClass,
  queue,
  jid,
  user,
});

/** Where a wrapper of ActiveJob names two classes, what is hidden of either. */
const maskOf = ({ otherClass }: JobRecord, { services: { mask } }: Visit): Mask =>
  otherClass === undefined ? mask : (args, about) => mask(mask(args, about), { ...about, class: otherClass });

/** What it holds beside its arguments, as it may be seen. */
const payloadOf = (job: JobRecord, visit: Visit): Readonly<Record<string, unknown>> =>
  maskedPayload(maskOf(job, visit), job.payload ?? {}, aboutOf(job, visit));

/** Of what is no JSON nothing can be masked, so that all of it is hidden where there may be something. */
const isUnreadHidden = (job: JobRecord, { services }: Visit): boolean =>
  mayHoldSecrets(services.mask, job.bytes);

/** Whether something of a job is not shown to whoever looks. */
export const isMaskedFor = (job: JobRecord, visit: Visit): boolean => {
  const { payload } = job;
  if (!payload) return isUnreadHidden(job, visit);
  return !argsOf(job, visit).isSame || payloadOf(job, visit) !== payload;
};

/** Whether the user may not see all of them. */
export const hidesArguments = (job: JobRecord, visit: Visit): boolean => {
  const args = job.payload?.["args"];
  return !argsOf(job, visit).isSame || maskValue(args) !== args;
};

/** Byte for byte where nothing is hidden; else the payload without what is. */
const textOf = (job: JobRecord, visit: Visit): Pick<JobPageView, "text" | "isMasked"> => {
  if (!isMaskedFor(job, visit)) {
    // The first part of 50 MB, without a text of them all: a character has four bytes at most.
    const first = job.bytes.subarray(0, LONGEST_TEXT).toString("utf8");
    return { text: first, isMasked: false };
  }
  const { payload } = job;
  if (!payload) return { text: MASKED, isMasked: true };
  const hide = hiderFor(job, visit);
  // The mask knows the arguments as they are shown: those of the payload, which may be wrapped, must not stand beside them.
  const all = {
    ...payloadOf(job, visit),
    args: shownArgs(job, visit),
    ...(payload["error_message"] !== undefined && { error_message: shownMessage(job, visit) }),
    // Packed it would be hidden from nobody who can unpack it.
    ...(payload["error_backtrace"] !== undefined && { error_backtrace: shownBacktrace(job, hide) }),
  };
  return { text: hide(jsonOf(all), LONGEST_TEXT), isMasked: true };
};

/** What nobody can unpack cannot be looked through either. */
const shownBacktrace = ({ backtrace }: JobRecord, hide: Hide): readonly string[] | string =>
  backtrace?.slice(0, MOST_FRAMES).map((line) => hide(line, LONGEST_FRAME)) ?? MASKED;

const errorOf = (job: JobRecord, visit: Visit): EntryView["error"] => {
  const { payload } = job;
  const [name, message] = [payload?.["error_class"], payload?.["error_message"]];
  if (typeof name !== "string" && typeof message !== "string") return undefined;
  return {
    class: typeof name === "string" ? name : "",
    message: shownMessage(job, visit),
  };
};

/** The message of its error, without values that the mask hides among its arguments or elsewhere in the payload. */
export const shownMessage = (job: JobRecord, visit: Visit): string => {
  const message = job.payload?.["error_message"];
  return typeof message === "string" ? hiderFor(job, visit)(message, LONGEST_MESSAGE) : "";
};

/** @param isCut whether more of the text is nowhere */
type Hide = (text: string, longest: number, isCut?: boolean) => string;

/** Hides in texts of a job what is not shown of it. */
const hiderFor = (job: JobRecord, visit: Visit): Hide => {
  const { own, shown, isSame } = argsOf(job, visit);
  const { args: _args, error_message: _text, ...rest } = job.payload ?? {};
  const restShown = maskedPayload(maskOf(job, visit), rest, aboutOf(job, visit));
  const hide = hiderOf([own, rest], [isSame ? own : shown, restShown]);
  // Cut only afterwards: of a secret that is cut, the beginning would be left.
  return (text, longest, isCut = text.length > 2 * longest) =>
    hide(text.slice(0, 2 * longest), isCut).slice(0, longest);
};

/** `retry_count` is 0 after the first failure. */
const failuresOf = ({ payload }: JobRecord): number | undefined => {
  const count = payload?.["retry_count"];
  return typeof count === "number" && Number.isInteger(count) && count >= 0 ? count + 1 : undefined;
};

/** Big integers with all their digits. */
const jsonOf = (value: unknown): string => {
  try {
    const text = JSON.stringify(value, (_, one: unknown) => (typeof one === "bigint" ? `${one}n` : one));
    return text.replaceAll(/"(-?\d+)n"/g, "$1");
  } catch {
    // Nested more deeply than anybody can read.
    return "…";
  }
};
