/** Enqueues a job that runs once more, as Rails' `retry_job` does: a new job of Sidekiq with the same id of ActiveJob (WIRE §13.4). */
import type { PushItem } from "@tsq/core";
import { checkOptions, dumpJson, editPayload, memberText, parseArgs } from "@tsq/core/protocol";
import type { RetryJobOptions } from "./active-job-context.ts";
import type { RunningActiveJob } from "./running-active-job.ts";
import { callAround } from "../callbacks.ts";
import { checkPriority, onlyKnown } from "../own-options.ts";
import type { EnqueuingJob } from "../enqueue/enqueuing-job.ts";
import { instant, textIn } from "../enqueue/envelope.ts";
import { generationsOf, wrapperFor } from "../enqueue/fleet.ts";
import { queueName } from "../enqueue/app-settings.ts";
import { dueMs } from "../enqueue/target.ts";
import type { Target } from "../enqueue/target.ts";
import { whenOf } from "../enqueue/when.ts";
import { wrapperOptions } from "../enqueue/wrapper-options.ts";

/** What belongs to one job of Sidekiq, or is written anew. A batch of Sidekiq Pro counts its own jobs alone. */
const OF_THE_OLD: ReadonlySet<string> = new Set([
  "args",
  "at",
  "bid",
  "class",
  "created_at",
  "discarded_at",
  "enqueued_at",
  "error_backtrace",
  "error_class",
  "error_message",
  "failed_at",
  "jid",
  "queue",
  "retried_at",
  "retry_count",
  "tsq_handed",
]);

const OPTIONS = ["wait", "waitUntil", "queue", "priority"] satisfies readonly (keyof RetryJobOptions)[];

/**
 * @returns the new jid, or null when a callback or a client middleware stopped it
 * @throws InvalidJobError when an option is not what it should be; what the push throws, and then the job is not lost
 */
export const retryJob = async (
  target: Target,
  running: RunningActiveJob,
  options: RetryJobOptions,
): Promise<string | null> => {
  const { client, payload, envelope } = running;
  const of = `retryJob() of ${running.class}`;
  onlyKnown(of, options, OPTIONS, "{ wait: 60 }");
  const { queue: part, priority = running.priority } = options;
  checkPriority(of, priority);
  checkOptions({ queue: part, class: of });
  const queue =
    part === undefined
      ? (textIn(envelope["queue_name"]) ?? running.queue)
      : queueName(part, target.settings());
  const nowMs = Date.now();
  const when = whenOf(of, options.wait, options.waitUntil);
  const scheduledMs = dueMs({ when }, nowMs);
  const job: { -readonly [Key in keyof EnqueuingJob]: EnqueuingJob[Key] } = {
    class: running.class,
    jobId: running.jobId,
    arguments: running.arguments,
    queue,
    priority,
    scheduledAt: scheduledMs === undefined ? undefined : new Date(scheduledMs),
    executions: running.executions,
  };
  const push = async (): Promise<void> => {
    const kept = Object.entries(payload).filter(([key]) => !OF_THE_OLD.has(key));
    // It has the deadline that it had: each attempt would put it off.
    const options = Object.fromEntries(Object.entries(target.options).filter(([key]) => key !== "deadline"));
    const item: PushItem = {
      // By the class that it has: old mails share a definition with new ones, and their arguments are in another order.
      ...wrapperOptions({ class: running.class, options }, queue),
      ...Object.fromEntries(kept),
      class: wrapperFor(await generationsOf(client)),
      // Byte for byte but for what is changed: Ruby's 1.0 stays one.
      args: parseArgs(argsAgain(running, { queue, priority, scheduledMs, nowMs })) as readonly unknown[],
    };
    if (scheduledMs !== undefined && scheduledMs > nowMs) item.at = scheduledMs / 1_000;
    job.jid = await client.push(item);
  };
  if (target.steps.length === 0) await push();
  else await callAround(target.steps, job, push);
  return job.jid ?? null;
};

interface Again {
  readonly queue: string;
  readonly priority: number | null;
  readonly scheduledMs: number | undefined;
  readonly nowMs: number;
}

const argsAgain = (running: RunningActiveJob, { queue, priority, scheduledMs, nowMs }: Again): string => {
  const { envelope, payloadText } = running;
  const text = (payloadText === undefined ? undefined : onlyArgument(payloadText)) ?? dumpJson(envelope);
  // In the spelling of the Rails that wrote it: it is the one that reads, most likely.
  const enqueuedAt = envelope["enqueued_at"];
  const isFine = typeof enqueuedAt !== "string" || enqueuedAt.includes(".");
  const changed = editPayload(text, {
    provider_job_id: dumpJson(running.jid),
    queue_name: dumpJson(queue),
    priority: dumpJson(priority),
    executions: String(running.executions),
    exception_executions: dumpJson({ ...running.exceptionExecutions }),
    enqueued_at: dumpJson(instant(nowMs, isFine)),
    ...(isFine
      ? { scheduled_at: scheduledMs === undefined ? "null" : dumpJson(instant(scheduledMs, true)) }
      : {}),
  });
  return `[${changed}]`;
};

/** The text of the only element of `args`, which was looked at when it was read. */
const onlyArgument = (payloadText: string): string | undefined =>
  memberText(payloadText, "args")?.trim().slice(1, -1).trim();
