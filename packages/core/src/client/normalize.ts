/** From what a caller pushes to a payload: defaults, checks, jid and times, in Sidekiq's order (WIRE §3.1). */
import { INSTANT_FROM_SECONDS } from "../wire/time-limits.ts";
import { InvalidJobError } from "../errors.ts";
import { inspect } from "../report/inspect.ts";
import { isRecord, kindOf } from "../config/nearest.ts";
import { editPayload } from "../wire/edit.ts";
import { dumpJson } from "../wire/json.ts";
import { displayClass, isMissing, isTruthy } from "../wire/payload.ts";
import type { JobOptions, JsonValue, Payload } from "../wire/payload.ts";
import { checkWellFormed, dumpArgs } from "./arguments.ts";
import { checkDeadline, writeDeadline } from "../job/deadline.ts";
import { writtenArgs } from "../job/written-args.ts";

/** Anything with a wire name: a job of `defineJob` or `remoteJob`. */
export interface NamedJob {
  readonly name: string;
  readonly options: JobOptions;
}

/** What `Client.push` takes: Sidekiq's job hash. Unknown keys travel with the job. */
export interface PushItem extends JobOptions {
  class: string | NamedJob;
  args: readonly unknown[];
  /** When to run, seconds since 1970 as in Sidekiq, or a Date. Goes to the schedule even when it is past. */
  at?: number | Date;
  /** Until when it is worth running: seconds from when it is due, or a Date. See `set()`. */
  deadline?: number | Date;
  jid?: string;
  [key: string]: unknown;
}

/** What is removed before a payload is dumped (WIRE §2.1). `enqueued_at` is always written anew. */
export const TRANSIENT = [
  "at",
  "wait",
  "wait_until",
  "pool",
  "client",
  "batch_size",
  "spread_interval",
  "enqueued_at",
] as const;

/** Without the options that are undefined: they mean "as usual", and would hide what is usual. */
export const given = <Options extends object>(options: Options): Options =>
  // The same type: what may be undefined may be missing.
  Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as Options;

/** The options a payload starts from, lowest first: Sidekiq's own defaults, the client's, then the job's. */
export const withDefaults = (options: JobOptions, defaults: JobOptions): JobOptions & { queue: string } => ({
  retry: true,
  queue: "default",
  // A client has left out those that are undefined.
  ...defaults,
  ...given(options),
});

/** With a `retry_for` of whole seconds: Sidekiq cuts off the rest. */
export const wholeRetryFor = <Options extends JobOptions>(options: Options): Options =>
  typeof options.retry_for === "number" ? { ...options, retry_for: Math.trunc(options.retry_for) } : options;

/**
 * Builds the payload of one job, without its times.
 *
 * @throws InvalidJobError with Sidekiq's message and what to do
 */
export const normalize = (
  item: PushItem,
  nextJid: () => string,
  defaults: JobOptions = {},
): { payload: Payload; at: number | undefined } => {
  checkItem(item);
  const named = typeof item.class === "string" ? undefined : item.class;
  const payload: Payload = {
    ...withDefaults(named?.options ?? {}, defaults),
    ...given(item),
    class: named?.name ?? (item.class as string),
    args: item.args as readonly JsonValue[],
    // Not `??`: null is no queue in Ruby either, and would hide a mistake.
    queue: item.queue === undefined ? (named?.options.queue ?? defaults.queue ?? "default") : item.queue,
    jid: item.jid ?? nextJid(),
  };
  const at = item.at === undefined ? undefined : secondsOf(item.at);
  for (const key of TRANSIENT) if (key !== "at") delete payload[key];
  // Client middleware sees when the job is to run, where Ruby has it; it is removed when the payload is dumped.
  if (at === undefined) delete payload["at"];
  else payload["at"] = at;
  // Sidekiq takes null for absent here (WIRE §2.1).
  if (payload.created_at === null) delete payload.created_at;
  checkCreated(payload);
  checkOptions(payload);
  writeDeadline(payload, at);
  return { payload: wholeRetryFor(payload), at };
};

const checkItem = (item: PushItem): void => {
  const shape: unknown = item;
  if (typeof shape !== "object" || shape === null || !("class" in shape) || !("args" in shape)) {
    throw new InvalidJobError(
      `Job must be an object with 'class' and 'args' keys: \`${inspect(shape)}\`. Pass one such as { class: "HardJob", args: [1] }.`,
    );
  }
  if (!Array.isArray(item.args)) throw new InvalidJobError(`Job args must be an Array: \`${inspect(item)}\``);
  const name: unknown = typeof item.class === "string" ? item.class : item.class?.name;
  if (typeof name !== "string" || name === "") {
    throw new InvalidJobError(
      `Job class must be a job or the string of its class name: \`${inspect(item)}\``,
    );
  }
  if (typeof item.class !== "string" && !isRecord(item.class.options)) {
    throw new InvalidJobError(
      `Job class must be a job or the string of its class name, got ${kindOf(item.class)} named \`${name}\`. Write "${name}".`,
    );
  }
  const jid: unknown = item.jid ?? undefined;
  if (jid !== undefined && (typeof jid !== "string" || jid === "")) {
    throw new InvalidJobError(
      `Job 'jid' must be a String that is not empty, got \`${inspect(jid)}\` of ${name}. Leave it out for a new one.`,
    );
  }
  if ("at" in item && item.at !== undefined && !Number.isFinite(secondsOf(item.at))) {
    throw new InvalidJobError(`Job 'at' must be a Numeric timestamp or a Date: \`${inspect(item)}\``);
  }
};

const checkCreated = ({ created_at: created, class: name }: Payload): void => {
  if (created === undefined || Number.isFinite(created)) return;
  throw new InvalidJobError(
    `Job 'created_at' must be a Numeric timestamp, got \`${inspect(created)}\` of ${name}. Leave it out for now.`,
  );
};

/**
 * Checks the options that travel in a payload.
 *
 * @throws InvalidJobError naming the option, what came and what to do
 */
export const checkOptions = (options: Readonly<Record<string, unknown>>): void => {
  const { tags, retry_for, queue, retry_queue, retry, wrapped, deadline, class: name } = options;
  const where = typeof name === "string" ? ` of ${name}` : "";
  checkDeadline(deadline, where);
  if (tags !== undefined && !Array.isArray(tags)) {
    throw new InvalidJobError(`Job tags must be an Array: \`${inspect(tags)}\`${where}`);
  }
  if (Array.isArray(tags) && !tags.every((tag) => typeof tag === "string")) {
    throw new InvalidJobError(`Job tags must be an Array of Strings: \`${inspect(tags)}\`${where}`);
  }
  if (
    isTruthy(retry_for) &&
    !(typeof retry_for === "number" && retry_for >= 0 && retry_for <= INSTANT_FROM_SECONDS)
  ) {
    throw new InvalidJobError(
      `retry_for must be a relative amount of time in seconds, e.g. 48 * 3600, got \`${inspect(retry_for)}\`${where}`,
    );
  }
  if (
    retry !== undefined &&
    typeof retry !== "boolean" &&
    !(Number.isInteger(retry) && (retry as number) >= 0)
  ) {
    throw new InvalidJobError(
      `Job 'retry' must be true, false or a number of times from 0, got \`${inspect(retry)}\`${where}`,
    );
  }
  if (queue !== undefined && !isQueueName(queue)) {
    throw new InvalidJobError(
      `Job must include a valid queue name, got \`${inspect(queue)}\`${where}. Give a text without spaces, such as "low".`,
    );
  }
  if (isTruthy(retry_queue) && !isQueueName(retry_queue)) {
    throw new InvalidJobError(
      `Job 'retry_queue' must be a valid queue name, got \`${inspect(retry_queue)}\`${where}. Give a text without spaces, such as "low".`,
    );
  }
  if (!isMissing(wrapped) && (typeof wrapped !== "string" || wrapped === "")) {
    throw new InvalidJobError(
      `Job 'wrapped' must be the String of a class name, got \`${inspect(wrapped)}\`${where}`,
    );
  }
};

const isQueueName = (queue: unknown): boolean =>
  typeof queue === "string" && queue !== "" && !/\s/.test(queue);

/**
 * Checks a payload that middleware may have changed as one that was just made.
 *
 * @throws InvalidJobError as `normalize` does
 */
export const checkPayload = (payload: Payload): void => {
  checkItem(payload);
  checkOptions({ ...payload, queue: payload.queue ?? "" });
};

/**
 * Dumps a payload up to its last time, in Ruby's key order. `created` is the member to add if the job has
 * not been made before: a second one of that name would be a parse error in Ruby (WIRE §2.2).
 */
export const dumpPayload = (payload: Payload, created: string): string => {
  // The arguments are checked on the final payload, after client middleware (Sidekiq 6.4.2 and later).
  const args = writtenArgs(payload.args, dumpArgs(displayClass(payload), payload.args));
  delete payload.enqueued_at;
  delete payload["at"];
  const dumped = respelled(dumpJson(payload), payload, created);
  const text = (args === undefined ? dumped : editPayload(dumped, { args })).slice(0, -1);
  checkWellFormed(payload.class, text);
  return text + (payload.created_at === undefined ? created : "");
};

/** With `1795451241.0` where it is 1795451241 as a number: without the fraction it would be a moment of 1970. */
const respelled = (dumped: string, payload: Payload, created: string): string => {
  if (!created.endsWith(".0")) return dumped;
  const token = tokenOf(created);
  return payload.created_at === Number(token) ? editPayload(dumped, { created_at: token }) : dumped;
};

/** The value of a member such as `,"created_at":1795451241.5`. */
export const tokenOf = (member: string): string => member.slice(member.indexOf(":") + 1);

// In the year 5138. Milliseconds have been above it since 1973.
const LATEST_SECONDS = 100_000_000_000;

/**
 * Seconds since 1970 of a number of seconds or a Date; NaN of what is neither.
 *
 * @throws InvalidJobError when a number looks like milliseconds
 */
export const secondsOf = (time: number | Date): number => {
  if (time instanceof Date) return time.getTime() / 1000;
  if (typeof time !== "number") return Number.NaN;
  if (time > LATEST_SECONDS && Number.isFinite(time)) {
    throw new InvalidJobError(
      `Expected seconds or a Date for when to run, got \`${time}\`, which looks like milliseconds. Divide it by 1000.`,
    );
  }
  return time;
};

/**
 * When `performIn` and `performAt` mean: below 1e9 seconds from now, else since 1970; undefined when it
 * is past, for then the job is pushed at once (WIRE §3.2).
 */
export const runAtSeconds = (time: number | Date, nowMs: number): number | undefined => {
  const seconds = secondsOf(time);
  if (!Number.isFinite(seconds)) {
    throw new InvalidJobError(
      `Expected seconds or a Date for when to run, got \`${inspect(time)}\`. Pass 60 for in a minute, or a Date: performIn(60, …), performAt(new Date(…), …).`,
    );
  }
  const at = time instanceof Date || seconds >= INSTANT_FROM_SECONDS ? seconds : nowMs / 1000 + seconds;
  return at <= nowMs / 1000 ? undefined : at;
};
