/** A job as `--json` and `--jsonl` have it: the same keys wherever it is, as docs/terminal.md lists them. */
import { numberIn } from "@tsq/core/protocol";
import { isTooDeep } from "./deep-jobs.ts";
import type { PlacedJob } from "./job-lists.ts";

export const jobJson = ({ job, place, at }: PlacedJob): Readonly<Record<string, unknown>> => {
  const isDeep = isTooDeep(job);
  return {
    jid: job.jid ?? null,
    place,
    queue: job.queue ?? null,
    class: job.displayClass ?? null,
    args: isDeep ? [] : job.displayArgs,
    tags: job.tags,
    at: at ?? null,
    created_at: job.createdAt ?? null,
    enqueued_at: job.enqueuedAt ?? null,
    failed_at: job.failedAt ?? null,
    retried_at: job.retriedAt ?? null,
    retry_count: numberIn(job.payload?.["retry_count"]) ?? null,
    error_class: textIn(job.payload?.["error_class"]),
    error_message: textIn(job.payload?.["error_message"]),
    // Of what is no job: whoever looks at it must see what lies there.
    text: job.error || isDeep ? job.text : null,
  };
};

const textIn = (value: unknown): string | null => (typeof value === "string" ? value : null);
