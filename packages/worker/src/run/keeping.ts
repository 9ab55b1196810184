/**
 * Notes what Sidekiq does not keep: how long jobs waited, which have ended, and how runs failed. All of it stays in memory,
 * bounded, until the next beat takes it along: a run costs a few additions, and what comes after the bounds one comparison.
 */
import { displayClass, isWrapper, readTime } from "@tsq/core/protocol";
import { waitsLayout } from "@tsq/core/redis";
import { describeError } from "../report/error-fields.ts";
import type { Ending } from "./ending.ts";
import { MOST_ATTEMPTS, MOST_FINISHED, MOST_JIDS } from "./kept.ts";
import type { KeepLimits, Kept, KeptAttempt, KeptJob, KeptWaits } from "./kept.ts";
import type { Outcome } from "./outcome.ts";
import type { RunningJob } from "./running-job.ts";

const LIMITS = waitsLayout.WAIT_LIMITS_MS;
// A jid stands in the name of a key; Sidekiq's have 24 characters.
const LONGEST_JID = 100;
const LONGEST_MESSAGE = 500;

/** After these a job is in no set and on no queue. */
const GONE: ReadonlySet<Outcome["kind"]> = new Set(["done", "drop", "discard", "cancelled", "late"]);

export class Keeping {
  readonly #limits: KeepLimits;
  readonly #identity: string;
  #attempts = new Map<string, KeptAttempt[]>();
  #finished: KeptJob[] = [];
  #ended = 0;
  #waits = new Map<string, KeptWaits>();

  constructor(limits: KeepLimits, identity: string) {
    this.#limits = limits;
    this.#identity = identity;
  }

  /** A job is about to run. */
  began(job: RunningJob): void {
    if (!this.#limits.waits) return;
    const waited = waitedMs(job);
    if (waited === undefined) return;
    let waits = this.#waits.get(job.queue);
    if (!waits) {
      waits = { counts: Array<number>(LIMITS.length).fill(0), ms: 0 };
      this.#waits.set(job.queue, waits);
    }
    const bucket = LIMITS.findIndex((limit) => waited < limit);
    waits.counts[bucket] = (waits.counts[bucket] ?? 0) + 1;
    waits.ms += waited;
  }

  /** A run has ended. */
  ended(job: RunningJob, kind: Outcome["kind"], ending: Ending, elapsedMs: number): void {
    if (ending.kind === "threw") this.#failed(job, ending.error, elapsedMs);
    if (GONE.has(kind)) this.#gone(job, kind, elapsedMs);
  }

  /** Hands over what was noted, and begins anew; undefined when that is nothing. */
  take(): Kept | undefined {
    const taken = {
      limits: this.#limits,
      attempts: this.#attempts,
      finished: this.#finished,
      waits: this.#waits,
    };
    if (taken.attempts.size + taken.finished.length + taken.waits.size === 0) return undefined;
    this.#attempts = new Map();
    this.#finished = [];
    this.#ended = 0;
    this.#waits = new Map();
    return taken;
  }

  #failed(job: RunningJob, error: unknown, elapsedMs: number): void {
    if (this.#limits.attempts === 0) return;
    const { jid } = job;
    if (!isJid(jid)) return;
    let attempts = this.#attempts.get(jid);
    if (!attempts) {
      if (this.#attempts.size === MOST_JIDS) return;
      this.#attempts.set(jid, (attempts = []));
    }
    const { errorClass, message } = describeError(error);
    attempts.push({
      atMs: Date.now(),
      attempt: job.attempt,
      error_class: errorClass,
      error_message: message.slice(0, LONGEST_MESSAGE),
      identity: this.#identity,
      ms: Math.round(elapsedMs),
    });
    if (attempts.length > MOST_ATTEMPTS) attempts.shift();
  }

  /** Of more than have a place each has the same chance of one. */
  #gone(job: RunningJob, as: Outcome["kind"], elapsedMs: number): void {
    if (this.#limits.finished === 0) return;
    const nth = this.#ended++;
    const place = nth < MOST_FINISHED ? nth : Math.floor(Math.random() * (nth + 1));
    if (place >= MOST_FINISHED || !isJid(job.jid)) return;
    const waited = waitedMs(job);
    this.#finished[Math.min(place, this.#finished.length)] = {
      atMs: Date.now(),
      jid: job.jid,
      class: runClass(job).slice(0, LONGEST_MESSAGE),
      queue: job.queue,
      as,
      identity: this.#identity,
      ms: Math.round(elapsedMs),
      ...(waited === undefined ? {} : { waited: Math.round(waited) }),
    };
  }
}

/** Who may look at a job is asked by the class that runs: what another class calls `wrapped` is a label of whoever pushed it. */
const runClass = ({ payload }: RunningJob): string =>
  typeof payload.class === "string" && !isWrapper(payload.class) ? payload.class : displayClass(payload);

/** From when it was put onto its queue until it was taken; clocks of two machines may differ. */
const waitedMs = ({ payload, startedAtMs }: RunningJob): number | undefined => {
  const since = readTime(payload.enqueued_at);
  return since === undefined ? undefined : Math.max(0, startedAtMs - since);
};

const isJid = (jid: unknown): jid is string =>
  typeof jid === "string" && jid !== "" && jid.length <= LONGEST_JID;
