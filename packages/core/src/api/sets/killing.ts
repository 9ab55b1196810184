/** What follows when somebody kills jobs by hand: death handlers are told, as Sidekiq tells them (WIRE §11.3). */
import { tellDeath } from "../../job/death-handler.ts";
import { JobKilledError } from "../../errors.ts";
import type { ApiConnection } from "../api-connection.ts";
import type { JobRecord } from "../job-record.ts";

/** How a job is killed. */
export interface KillOptions {
  /** Whether death handlers are told. @default true, but false for `killAll()`, as in Sidekiq */
  notify?: boolean;
  /** What death handlers are told as the job's error. @default a JobKilledError, "Job killed by API" */
  error?: unknown;
}

/** Tells of each job; what was no job has no payload to tell of. */
export const tellKilled = async (
  { deathHandlers }: ApiConnection,
  records: readonly JobRecord[],
  { notify = true, error }: KillOptions,
): Promise<void> => {
  if (!notify || deathHandlers.length === 0) return;
  const reason = error ?? new JobKilledError();
  const failures: unknown[] = [];
  for (const { payload } of records) {
    if (payload) await tellDeath(deathHandlers, payload, reason, (thrown) => failures.push(thrown));
  }
  // Told to the caller when the deaths of all have been told.
  if (failures.length > 0) throw failures[0];
};
