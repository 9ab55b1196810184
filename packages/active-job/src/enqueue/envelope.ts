/** The one argument of a wrapper, in which ActiveJob has its job (WIRE §13.2): made here, and read. */
import { MalformedPayloadError } from "@tsq/core";
import type { JsonValue, Payload } from "@tsq/core";
import { shown } from "@tsq/core/config";
import { isRecord } from "@tsq/core/protocol";

/** As it is on the wire. */
export interface Envelope {
  readonly job_class: string;
  readonly job_id: string;
  readonly provider_job_id: string | null;
  readonly queue_name: string;
  readonly priority: number | null;
  readonly arguments: readonly JsonValue[];
  readonly executions: number;
  readonly exception_executions: Readonly<Record<string, number>>;
  readonly locale: string;
  readonly timezone: string | null;
  readonly enqueued_at: string;
  readonly scheduled_at?: string | null;
}

/** ISO 8601 in UTC: with nine decimals from Rails 7.1 on, and without before. */
export const instant = (ms: number, fine: boolean): string => {
  const iso = new Date(ms).toISOString();
  return fine ? `${iso.slice(0, -1)}000000Z` : `${iso.slice(0, -5)}Z`;
};

/** An envelope from Redis: each of its fields but `arguments` is still to be looked at. */
export type RawEnvelope = Readonly<Record<string, unknown>> & { readonly arguments: readonly unknown[] };

/**
 * The envelope in a payload.
 *
 * @throws MalformedPayloadError naming what is wrong, where and what to do; the job is kept
 */
export const envelopeIn = ({ args }: Readonly<Payload>, of: string): RawEnvelope => {
  // Redis may hold anything.
  const list: unknown = args;
  if (!Array.isArray(list) || list.length !== 1)
    throw malformed(of, "`args` of its payload to be a list of one object", list);
  const envelope: unknown = list[0];
  if (!isRecord(envelope)) throw malformed(of, "`args[0]` of its payload to be an object", envelope);
  const { arguments: inner } = envelope;
  if (!Array.isArray(inner))
    throw malformed(of, "`args[0].arguments` of its payload to be a list, as ActiveJob writes it", inner);
  // Looked at just now.
  return envelope as RawEnvelope;
};

const malformed = (of: string, expected: string, value: unknown): MalformedPayloadError =>
  new MalformedPayloadError(
    `Expected ${of}, a job of ActiveJob, to have ${expected.replace(" to be ", " that is ")}, got ${shown(value)}. ` +
      `Enqueue it by \`${of}.perform_later\` in Ruby or by performLater(); a job that was pushed with plain arguments is one for defineJob().`,
  );

/** A count in an envelope: anything but a number from 0 on is 0. */
export const countIn = (value: unknown): number => (typeof value === "number" && value > 0 ? value : 0);

/** A text in an envelope. */
export const textIn = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined);
