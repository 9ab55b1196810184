/** A job as Sidekiq's pages show it: ActiveJob's wrappers taken off, mails by mailer and method, secrets hidden. */
import {
  activeJobArguments,
  isWrapper,
  listOr,
  MAIL,
  mailAction,
  OLD_MAIL,
  recordOr,
  wrappedClass,
} from "../wire/active-job.ts";
import { isTruthy } from "../wire/payload.ts";
import type { RawPayload } from "../wire/payload.ts";

const GLOBAL_ID = "_aj_globalid";
const ACTIVE_JOB_PREFIX = "_aj_";

/**
 * The name on pages, as Sidekiq's show it: a label of the job's own, and a mail by its mailer and method; undefined when the
 * payload has no class. What is logged and counted is `displayClass` of `wire/payload.ts`, which must not follow a label.
 */
export const shownClass = (payload: RawPayload): string | undefined => {
  const label = payload["display_class"];
  if (typeof label === "string") return label;
  return mailAction(payload) ?? innerClass(payload) ?? stringOr(payload["class"], undefined);
};

/** The arguments to show; empty when there are none or they are no list. */
export const shownArgs = (payload: RawPayload): readonly unknown[] => {
  const inner = innerClass(payload);
  if (inner !== undefined) return shownInnerArgs(inner, plainList(activeJobArguments(payload)));
  const args = listOr(payload["args"]);
  // 150 bytes of noise say nothing, and they are a secret.
  return isTruthy(payload["encrypt"]) && args.length > 0 ? [...args.slice(0, -1), "[encrypted data]"] : args;
};

const shownInnerArgs = (inner: string, args: readonly unknown[]): readonly unknown[] => {
  // Mailer, method and `deliver_now` are in the name or say nothing.
  if (inner === OLD_MAIL) return args.slice(3);
  if (inner !== MAIL) return args;
  const last = recordOr(args[3]);
  return ["params", "args"].map((key) => last?.[key]).filter((value) => value !== undefined);
};

/** The class inside an ActiveJob wrapper; undefined when the job is no wrapper. */
const innerClass = (payload: RawPayload): string | undefined =>
  isWrapper(payload["class"]) ? (wrappedClass(payload) ?? String(payload["class"])) : undefined;

const plainList = (args: readonly unknown[]): readonly unknown[] => {
  try {
    return args.map(plain);
  } catch {
    // Nested more deeply than a walk can follow: as it stands.
    return args;
  }
};

/** ActiveJob's encoding undone as far as the pages do: ids of models as text, its own marks left out. */
const plain = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(plain);
  const record = recordOr(value);
  if (!record) return value;
  if (GLOBAL_ID in record) return record[GLOBAL_ID];
  return Object.fromEntries(
    Object.entries(record)
      .filter(([key]) => !key.startsWith(ACTIVE_JOB_PREFIX))
      .map(([key, inner]) => [key, plain(inner)]),
  );
};

const stringOr = <T>(value: unknown, otherwise: T): string | T =>
  typeof value === "string" ? value : otherwise;
