/** Runs a job in the caller's own process, for `performInline`. */
import { InvalidJobError } from "../errors.ts";
import type { Payload } from "../wire/payload.ts";
import { defaultLogger, inlineMiddleware } from "../client/default-client.ts";
import type { JobClient } from "../client/job-client.ts";
import { composeServerChain } from "./chain.ts";
import type { JobContext } from "./job-context.ts";

export const runInline = async (
  payload: Payload,
  name: string,
  run: ((job: JobContext) => unknown) | undefined,
  client: JobClient,
): Promise<void> => {
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
  await composeServerChain(inlineMiddleware(), run)(job);
};

export const runsElsewhere = (name: string): InvalidJobError =>
  new InvalidJobError(`\`${name}\` is a remoteJob: Ruby runs it. Push it with performAsync().`);
