/** Which payloads are ActiveJob's, and what runs them: read without knowing any more of ActiveJob (WIRE §13). */
import { MalformedPayloadError } from "../errors.ts";

/** As `RawPayload` of payload.ts, which reads the name of a job by this file. */
type RawPayload = Readonly<Record<string, unknown>>;

/** Of Rails' own adapter, and of Sidekiq's from 7.3.3 on: every generation runs it (WIRE §13.1). */
export const OLD_WRAPPER = "ActiveJob::QueueAdapters::SidekiqAdapter::JobWrapper";
/** Of Sidekiq's own adapter from 8.0 on: what is older than 7.3.3 has no such class. */
export const NEW_WRAPPER = "Sidekiq::ActiveJob::Wrapper";

/** The job that delivers mails. */
export const MAIL = "ActionMailer::MailDeliveryJob";
/** Its name up to Rails 6.0, whose arguments are in another order. */
export const OLD_MAIL = "ActionMailer::DeliveryJob";

/** Whether a class on the wire is one of ActiveJob's wrappers. */
export const isWrapper = (name: unknown): boolean => name === OLD_WRAPPER || name === NEW_WRAPPER;

/**
 * The class that a payload wraps: its `wrapped`, or where a wrapper of ActiveJob has none, the `job_class` that Ruby
 * goes by. Undefined where there is neither.
 */
export const wrappedClass = (payload: RawPayload): string | undefined => {
  const { wrapped } = payload;
  return typeof wrapped === "string" ? wrapped : envelopeClass(payload);
};

/** The `job_class` in the envelope of a wrapper of ActiveJob, which Ruby runs whatever `wrapped` says; undefined where it names none. */
export const envelopeClass = (payload: RawPayload): string | undefined => {
  if (!isWrapper(payload["class"])) return undefined;
  const name = recordOr(listOr(payload["args"])[0])?.["job_class"];
  return typeof name === "string" && name !== "" ? name : undefined;
};

/** The mailer and the action of a mail that waits to be delivered, as `UserMailer#welcome`; undefined of all else. */
export const mailAction = (payload: RawPayload): string | undefined => {
  const name = wrappedClass(payload);
  if (name !== MAIL && name !== OLD_MAIL) return undefined;
  const [mailer, action] = activeJobArguments(payload);
  return typeof mailer === "string" && typeof action === "string" ? `${mailer}#${action}` : undefined;
};

/** The arguments in the envelope, as they are encoded; empty when there are none. */
export const activeJobArguments = (payload: RawPayload): readonly unknown[] =>
  listOr(recordOr(listOr(payload["args"])[0])?.["arguments"]);

/** What is wrong with a wrapper that does not say what it wraps; undefined of all else. */
export const namelessWrapper = (payload: RawPayload): MalformedPayloadError | undefined => {
  const { class: wrapper } = payload;
  if (!isWrapper(wrapper) || wrappedClass(payload) !== undefined) return undefined;
  return new MalformedPayloadError(
    `Expected a payload of \`${String(wrapper)}\` to name its job as \`wrapped\`, or as \`job_class\` in \`args[0]\`, got neither. ` +
      "Mend what pushed it, and push it anew; then delete this one.",
  );
};

export const listOr = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

export const recordOr = (value: unknown): Readonly<Record<string, unknown>> | undefined =>
  // A JSON object has string keys and nothing else.
  typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, unknown>>)
    : undefined;
