/** Jobs as pages show them: what is to be hidden of them is gone before a page sees them. */
import type { JobRecord, SortedEntry } from "@tsq/core/api";
import { path } from "../html/path.ts";
import type { JobView } from "../layout/parts.ts";
import type { EntryPageView } from "../pages/job.ts";
import type { EntryView } from "../pages/set.ts";
import { maskedArgs, maskValue } from "../security/mask.ts";
import type { SetKind } from "../sets.ts";
import type { Visit } from "../visit.ts";

const MOST_TAGS = 20;
// A page with more of a payload is slow, and nobody reads it.
const LONGEST_TEXT = 100_000;
const LONGEST_MESSAGE = 10_000;

/** A job in a row. What is no job has the beginning of its bytes in the place of arguments. */
export const jobViewOf = (job: JobRecord, visit: Visit): JobView => ({
  jid: job.jid,
  class: job.displayClass,
  args: job.payload ? shownArgs(job, visit) : [job.text.slice(0, 500)],
  queue: job.queue,
  tags: job.tags.slice(0, MOST_TAGS),
});

/** A job in a row of a set. */
export const entryViewOf = (entry: SortedEntry, kind: SetKind, visit: Visit): EntryView => ({
  ...jobViewOf(entry, visit),
  key: entry.id,
  href: kind.path + path`/${entry.id}`,
  at: entry.at,
  error: errorOf(entry),
  failures: failuresOf(entry),
});

/** The page of a job in a set. */
export const entryPageOf = (entry: SortedEntry, kind: SetKind, visit: Visit): EntryPageView => ({
  set: kind.set,
  entry: entryViewOf(entry, kind, visit),
  createdAt: entry.createdAt,
  enqueuedAt: entry.enqueuedAt,
  failedAt: entry.failedAt,
  retriedAt: entry.retriedAt,
  backtrace: entry.backtrace ?? [],
  ...textOf(entry, visit),
  sizeBytes: entry.bytes.length,
  facts: [],
});

const shownArgs = (job: JobRecord, { services, user }: Visit): readonly unknown[] =>
  maskedArgs(services.mask, job.displayArgs, {
    class: job.displayClass,
    queue: job.queue,
    jid: job.jid,
    user,
  });

/** Byte for byte where nothing is hidden; else the payload without what is. */
const textOf = (job: JobRecord, visit: Visit): Pick<EntryPageView, "text" | "isMasked"> => {
  const { payload } = job;
  if (!payload) return { text: job.text.slice(0, LONGEST_TEXT), isMasked: false };
  const shown = job.displayArgs;
  const args = shownArgs(job, visit);
  const byKeys = maskValue(payload);
  if (args.every((one, i) => one === shown[i]) && args.length === shown.length && byKeys === payload) {
    return { text: job.text.slice(0, LONGEST_TEXT), isMasked: false };
  }
  // The mask knows the arguments as they are shown: those of the payload, which may be wrapped, must not stand beside them.
  const all = Object.assign({}, byKeys, { args });
  return { text: jsonOf(all).slice(0, LONGEST_TEXT), isMasked: true };
};

const errorOf = ({ payload }: JobRecord): EntryView["error"] => {
  const [name, message] = [payload?.["error_class"], payload?.["error_message"]];
  if (typeof name !== "string" && typeof message !== "string") return undefined;
  return {
    class: typeof name === "string" ? name : "",
    message: typeof message === "string" ? message.slice(0, LONGEST_MESSAGE) : "",
  };
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
