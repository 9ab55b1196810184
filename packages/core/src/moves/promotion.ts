/** What a job of a set becomes on its way to a queue: what Ruby's push would change, and every other byte as it was. */
import { MalformedPayloadError } from "../errors.ts";
import { runClientChain } from "../client/chain.ts";
import type { ClientMiddleware, PushContext } from "../client/chain.ts";
import type { Chain } from "../config/chain.ts";
import { editPayloadBytes } from "../wire/edit.ts";
import type { PayloadChanges } from "../wire/edit.ts";
import { dumpJson } from "../wire/json.ts";
import { isMissing, parsePayload } from "../wire/payload.ts";
import type { Payload, RawPayload } from "../wire/payload.ts";

/** Where a job goes, and its new bytes; no bytes when a client middleware stopped it. */
export interface Promotion {
  readonly queue: string;
  readonly bytes: Buffer | undefined;
}

export interface PromotionOptions {
  /** The JSON text of `enqueued_at`, in the fleet's spelling. */
  readonly enqueuedAt: string;
  /** A retry takes back one failure (WIRE §11.3). */
  readonly isRetry: boolean;
  readonly nextJid: () => string;
  readonly middleware: Chain<ClientMiddleware>;
  /** What middleware is told. */
  readonly push: PushContext;
}

/** The payload must be the one that the bytes hold. */
export const promotionOf = async (
  bytes: Buffer,
  payload: RawPayload,
  options: PromotionOptions,
): Promise<Promotion> => {
  const pushed = editPayloadBytes(bytes, pushChanges(payload, options));
  if (options.middleware.size === 0) return { queue: queueOf(payload), bytes: pushed };
  const before = parsePayload(pushed.toString("utf8"));
  // Middleware is promised a payload that a worker could run; what is missing here it would miss there too.
  const after = cloned(before);
  const isAdmitted = await runClientChain(options.middleware, after, options.push);
  const queue = queueOf(after);
  if (!isAdmitted) return { queue, bytes: undefined };
  const changes = { ...differences(before, after), ...queueChange(after) };
  return { queue, bytes: editPayloadBytes(pushed, changes) };
};

const TOO_DEEP =
  "Expected a job's payload to be nested less deeply: Ruby reads no more than a hundred levels";

/** @throws MalformedPayloadError when it is nested too deeply to be walked: what JSON.parse made has no other fault */
const cloned = (payload: RawPayload): Payload => {
  try {
    return structuredClone(payload) as Payload;
  } catch (cause) {
    throw new MalformedPayloadError(TOO_DEEP, { cause });
  }
};

const DEFAULT_QUEUE = "default";

const queueOf = (payload: RawPayload): string => {
  const queue = payload["queue"];
  return typeof queue === "string" && queue !== "" ? queue : DEFAULT_QUEUE;
};

const queueChange = (payload: RawPayload): PayloadChanges =>
  payload["queue"] === queueOf(payload) ? {} : { queue: dumpJson(queueOf(payload)) };

/** Ruby's defaults for what is missing: a `retry` that is there counts even as null, an id or a time does not. */
const pushChanges = (
  payload: RawPayload,
  { enqueuedAt, isRetry, nextJid }: PromotionOptions,
): PayloadChanges => {
  const count = payload["retry_count"];
  const isCounted = typeof count === "number" || typeof count === "bigint";
  return {
    // Sidekiq's client would put the job back into the schedule for it (WIRE §2.1).
    at: null,
    ...queueChange(payload),
    ...(Object.hasOwn(payload, "retry") ? {} : { retry: "true" }),
    ...(isMissing(payload["jid"]) ? { jid: dumpJson(nextJid()) } : {}),
    ...(isMissing(payload["created_at"]) ? { created_at: enqueuedAt } : {}),
    ...(isRetry && isCounted ? { retry_count: dumpJson(decremented(count)) } : {}),
    enqueued_at: enqueuedAt,
  };
};

const decremented = (count: number | bigint): number | bigint =>
  typeof count === "bigint" ? count - 1n : count - 1;

/** The top-level fields that middleware set, changed or removed, as JSON texts. */
const differences = (before: RawPayload, after: RawPayload): PayloadChanges => {
  const changes: Record<string, string | null> = {};
  for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const value = after[key];
    if (value === undefined) changes[key] = null;
    else if (dumped(value) !== dumped(before[key])) changes[key] = dumpJson(value);
  }
  return changes;
};

/** @throws MalformedPayloadError as `cloned` does; whatever else a middleware has put there throws as it is */
const dumped = (value: unknown): string => {
  try {
    return dumpJson(value);
  } catch (cause) {
    throw cause instanceof RangeError ? new MalformedPayloadError(TOO_DEEP, { cause }) : cause;
  }
};
