/** Jobs as ActiveJob enqueues them: text, with whatever a test wants in it. */
import { payloadText } from "./payload-text.ts";

/** Of Rails' adapter, and of Sidekiq's own from 8.0 on. */
export const OLD_WRAPPER = "ActiveJob::QueueAdapters::SidekiqAdapter::JobWrapper";
export const NEW_WRAPPER = "Sidekiq::ActiveJob::Wrapper";

/** A payload of ActiveJob, with fields of its envelope and of itself changed. */
export const enqueued = (
  name: string,
  args: readonly unknown[],
  envelope: Readonly<Record<string, unknown>> = {},
  fields: Readonly<Record<string, unknown>> = {},
): string =>
  payloadText({
    class: NEW_WRAPPER,
    wrapped: name,
    args: [
      {
        job_class: name,
        job_id: "8b5cf200-a32b-4447-b16c-d36346662ca3",
        provider_job_id: null,
        queue_name: "default",
        priority: null,
        arguments: args,
        executions: 0,
        exception_executions: {},
        locale: "vi",
        timezone: "Hanoi",
        enqueued_at: "2029-12-31T00:00:00.123456789Z",
        scheduled_at: null,
        ...envelope,
      },
    ],
    ...fields,
  });
