/** Who is told of jobs that will not run again, by the worker that gives one up or the API that kills one. */
import type { RawPayload } from "../wire/payload.ts";

/**
 * Told of every job that fails and will not run again: exhausted, killed, discarded, or with `retry: false`. Not of
 * poison pills: the process that ran them is dead, and the one that buries them may not know the job.
 */
export type DeathHandler = (payload: RawPayload, error: unknown) => unknown;

/** Tells all of them, one after the other: those behind one that throws count on hearing it as well. */
export const tellDeath = async (
  handlers: readonly DeathHandler[],
  payload: RawPayload,
  error: unknown,
  failed: (error: unknown) => void,
): Promise<void> => {
  for (const handler of handlers) {
    try {
      await handler(payload, error);
    } catch (thrown) {
      // The job is dead whatever a handler makes of it.
      failed(thrown);
    }
  }
};
