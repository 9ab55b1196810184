/** One job as it lies in Redis: its bytes, and what can be read of them. Reading never throws. */
import { MalformedPayloadError } from "../errors.ts";
import { envelopeClass, isWrapper, wrappedClass } from "../wire/active-job.ts";
import { memberText } from "../wire/edit.ts";
import { unpackBacktrace } from "../wire/backtrace.ts";
import { parsePayload } from "../wire/payload.ts";
import type { RawPayload } from "../wire/payload.ts";
import { dateOf } from "./dates.ts";
import { shownArgs, shownClass } from "./job-display.ts";

type Parsed = { readonly payload: RawPayload } | { readonly error: MalformedPayloadError };

/** A job found in Redis, whatever somebody has written there (WIRE §2, §11.4). */
export class JobRecord {
  /** The payload byte for byte, as Redis matches it. */
  readonly bytes: Buffer;
  #parsed: Parsed | undefined;

  constructor(payload: Buffer | string) {
    this.bytes = typeof payload === "string" ? Buffer.from(payload) : payload;
  }

  /** The payload's text; bytes that are no UTF-8 show as U+FFFD. */
  get text(): string {
    return this.bytes.toString("utf8");
  }

  /** The parsed payload, integers beyond 2^53 as bigint; undefined when it is no JSON object. */
  get payload(): RawPayload | undefined {
    const parsed = this.#parse();
    return "payload" in parsed ? parsed.payload : undefined;
  }

  /** Why there is no payload; undefined when there is one. */
  get error(): MalformedPayloadError | undefined {
    const parsed = this.#parse();
    return "error" in parsed ? parsed.error : undefined;
  }

  /** The job's id; undefined when the payload has none. */
  get jid(): string | undefined {
    return this.#string("jid");
  }

  /** The queue that the payload names. */
  get queue(): string | undefined {
    return this.#string("queue");
  }

  /** The job's name as the pages show it: `display_class`, else what an ActiveJob wrapper holds, else `class`. */
  get displayClass(): string | undefined {
    return this.payload && shownClass(this.payload);
  }

  /** The class that runs it, whatever the pages call it: of a wrapper of ActiveJob the one inside. What `retry({ class })` changes. */
  get runClass(): string | undefined {
    if (!this.payload) return undefined;
    return isWrapper(this.payload["class"]) ? wrappedClass(this.payload) : this.#string("class");
  }

  /**
   * Of a wrapper of ActiveJob that names two classes, the one in its envelope: Ruby runs that one, and workers of tsq `runClass`.
   * Undefined of all other jobs.
   */
  get otherClass(): string | undefined {
    const other = this.payload && envelopeClass(this.payload);
    return other === this.runClass ? undefined : other;
  }

  /** The arguments as the pages show them: of the job inside a wrapper, an encrypted one masked. */
  get displayArgs(): readonly unknown[] {
    return this.payload ? shownArgs(this.payload) : [];
  }

  /** The arguments as JSON text, as it lies in Redis: what `retry({ args })` takes; undefined when there are none. */
  get argsText(): string | undefined {
    return this.payload && memberText(this.text, "args");
  }

  /** The job's labels. */
  get tags(): readonly string[] {
    return textsOf(this.payload?.["tags"]);
  }

  /** When the job was first pushed. */
  get createdAt(): Date | undefined {
    return dateOf(this.payload?.["created_at"]);
  }

  /** When the job was last put on a queue. */
  get enqueuedAt(): Date | undefined {
    return dateOf(this.payload?.["enqueued_at"]);
  }

  /** When the job failed for the first time. */
  get failedAt(): Date | undefined {
    return dateOf(this.payload?.["failed_at"]);
  }

  /** When the job failed last, if it failed more than once. */
  get retriedAt(): Date | undefined {
    return dateOf(this.payload?.["retried_at"]);
  }

  /** The stack of the last failure, if the job keeps it (WIRE §2.3). */
  get backtrace(): readonly string[] | undefined {
    const stored = this.payload?.["error_backtrace"];
    return Array.isArray(stored) ? textsOf(stored) : unpackBacktrace(stored);
  }

  /**
   * Seconds since the job was put on its queue, or since it was pushed if that is not known; never below 0,
   * and 0 when it says neither (WIRE §11.1).
   */
  latency(nowMs = Date.now()): number {
    const since = this.enqueuedAt ?? this.createdAt;
    return since ? Math.max(0, nowMs - since.getTime()) / 1000 : 0;
  }

  #string(key: string): string | undefined {
    const value = this.payload?.[key];
    return typeof value === "string" ? value : undefined;
  }

  #parse(): Parsed {
    return (this.#parsed ??= parse(this.text));
  }
}

/** Only what is text: an object from outside may break whoever turns it into some. */
const textsOf = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];

const parse = (text: string): Parsed => {
  try {
    return { payload: parsePayload(text) };
  } catch (error) {
    if (error instanceof MalformedPayloadError) return { error };
    throw error;
  }
};
