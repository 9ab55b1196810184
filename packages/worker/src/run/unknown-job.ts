/** What a job fails with that nothing here runs: what is wrong with it, and what to do. */
import { MalformedPayloadError, UnknownJobError } from "@tsq/core";
import type { RawPayload, Registry } from "@tsq/core";
import { displayClass, isWrapper, namelessWrapper } from "@tsq/core/protocol";

/** @param whyNotOthers why it was not handed on; undefined when nobody was asked */
export const unknownJob = (
  payload: RawPayload,
  jobs: Pick<Registry, "find">,
  whyNotOthers: string | undefined,
): Error => {
  const name = displayClass(payload);
  const isWrapped = isWrapper(payload.class);
  return (
    namelessWrapper(payload) ??
    (isWrapped ? wrappedInVain(name, jobs) : pushedPlain(name, jobs)) ??
    new UnknownJobError(name, whyNotOthers, isWrapped ? "defineActiveJob" : "defineJob")
  );
};

/** The worker has the class, as a job of ActiveJob. */
const pushedPlain = (name: string, jobs: Pick<Registry, "find">): Error | undefined =>
  jobs.find({ class: "", wrapped: name }) &&
  new MalformedPayloadError(
    `Expected ${name}, a job of ActiveJob, to have a payload that is wrapped as ActiveJob's, got one that was pushed plain, with \`class\` \`${name}\`. ` +
      `Enqueue it by \`${name}.perform_later\` in Ruby or by performLater(), and a cron entry of it with \`active_job: true\`; a job that is pushed plain is one for defineJob().`,
  );

/** The worker has the class, as a plain job. */
const wrappedInVain = (name: string, jobs: Pick<Registry, "find">): Error | undefined =>
  jobs.find({ class: name }) &&
  new MalformedPayloadError(
    `Expected ${name}, a job of defineJob(), to have a payload that was pushed plain, got one that ActiveJob has wrapped. ` +
      `Define it by defineActiveJob("${name}", …) if ActiveJob enqueues it; else push it by \`${name}.perform_async\` in Ruby or by performAsync(), and a cron entry of it with \`active_job: false\`.`,
  );
