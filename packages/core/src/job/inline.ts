/** Runs a job in the caller's own process, for `performInline`. */
import { InvalidJobError } from "../errors.ts";
import type { Payload } from "../wire/payload.ts";
import { defaultLogger, inlineMiddleware } from "../client/default-client.ts";
import type { JobClient } from "../client/job-client.ts";
import { composeServerChain } from "./chain.ts";
import type { JobContext } from "./job-context.ts";
import type { Verdict } from "./verdict.ts";

export const runInline = async (
  payload: Payload,
  name: string,
  run: ((job: JobContext) => unknown) | undefined,
  client: JobClient,
): Promise<Verdict | undefined> => {
  if (!run) throw runsElsewhere(name);
  const never = new AbortController();
  const job: JobContext = {
    jid: payload.jid,
    class: name,
    queue: payload.queue,
    attempt: 1,
    payload,
    // No worker, and so none that stops.
    stopping: never.signal,
    isInterrupted: false,
    signal: never.signal,
    client,
    logger: defaultLogger().child({ jid: payload.jid, class: name }),
  };
  const chain = composeServerChain(inlineMiddleware(), run);
  let value: unknown;
  try {
    value = await chain.perform(job);
  } catch (error) {
    const verdict = chain.threw(job, error);
    if (verdict) return verdict;
    throw error;
  }
  return chain.returned(job, value);
};

export const runsElsewhere = (name: string): InvalidJobError =>
  new InvalidJobError(`\`${name}\` is a remoteJob: Ruby runs it. Push it with performAsync().`);
