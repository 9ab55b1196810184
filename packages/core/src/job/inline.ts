/** Runs a job in the caller's own process, for `performInline`. */
import { InvalidJobError, JobLateError } from "../errors.ts";
import type { Payload } from "../wire/payload.ts";
import { defaultLogger, inlineMiddleware } from "../client/default-client.ts";
import type { JobClient } from "../client/job-client.ts";
import { composeServerChain } from "./chain.ts";
import { deadlineIn, isLate, watchDeadline } from "./deadline.ts";
import type { JobContext } from "./job-context.ts";
import { discard } from "./verdict.ts";
import type { Verdict } from "./verdict.ts";

export const runInline = async (
  payload: Payload,
  name: string,
  run: ((job: JobContext) => unknown) | undefined,
  client: JobClient,
): Promise<Verdict | undefined> => {
  if (!run) throw runsElsewhere(name);
  const never = new AbortController();
  const over = new AbortController();
  const deadlineMs = deadlineIn(payload);
  const deadline = deadlineMs === undefined ? undefined : new Date(deadlineMs);
  const late = (): JobLateError => new JobLateError(deadline as Date);
  if (isLate(payload)) return discard(late().message);
  const job: JobContext = {
    jid: payload.jid,
    class: name,
    queue: payload.queue,
    attempt: 1,
    payload,
    // No worker, and so none that stops.
    stopping: never.signal,
    isInterrupted: false,
    signal: over.signal,
    deadline,
    client,
    logger: defaultLogger().child({ jid: payload.jid, class: name }),
  };
  const chain = composeServerChain(inlineMiddleware(), run);
  const unwatch = deadlineMs === undefined ? undefined : watchDeadline(deadlineMs, () => over.abort(late()));
  let value: unknown;
  try {
    value = await chain.perform(job);
  } catch (error) {
    const verdict = chain.threw(job, error);
    if (verdict) return orThrown(verdict);
    if (isLate(payload)) return discard(late().message);
    throw error;
  } finally {
    unwatch?.();
  }
  return orThrown(chain.returned(job, value));
};

const orThrown = <T>(verdict: T | InvalidJobError): T => {
  if (verdict instanceof InvalidJobError) throw verdict;
  return verdict;
};

export const runsElsewhere = (name: string): InvalidJobError =>
  new InvalidJobError(`\`${name}\` is a remoteJob: Ruby runs it. Push it with performAsync().`);
