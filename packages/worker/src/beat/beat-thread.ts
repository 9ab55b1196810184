/**
 * The thread that beats. It asks the main thread how things stand; a main thread that a job keeps busy does not
 * answer, and then the last answer serves, or none: such a process is slow, not dead, and nobody may take its jobs.
 */
import { parentPort, workerData } from "node:worker_threads";
import { connect, refusalIn } from "@tsq/core/redis";
import type { Witness } from "@tsq/core/redis";
import type { RedisOptions } from "@tsq/core";
import { Beat, NOTHING_KNOWN } from "./beat.ts";
import type { BeatReport, BeatSnapshot } from "./beat.ts";
import { takeTurn } from "./turn.ts";
import type { Turn } from "./turn.ts";
import { BlockedLoop } from "./blocked-loop.ts";
import { addedKept } from "../run/kept.ts";
import type { ClassMetrics, MetricsSnapshot } from "../run/metrics.ts";

/** How the thread is started. */
export interface BeatThreadData {
  /** Taken when the thread begins. */
  readonly turn: Turn;
  readonly redis: RedisOptions;
  readonly identity: string;
  readonly info: string;
  readonly concurrency: number;
  /** As in `HeartbeatOptions`. */
  readonly classes: string;
  /** As in `WorkerOptions`. */
  readonly blockedLoopTimeoutMs: number;
}

export type FromBeatThread =
  | { readonly kind: "ask" | "areYouThere" }
  | { readonly kind: "blocked"; readonly line: string }
  /** With a refusal: of a full memory, which has not taken what runs. */
  | { readonly kind: "report"; readonly report: BeatReport; readonly refusal: SentError | undefined }
  | { readonly kind: "failed" | "lost"; readonly error: SentError }
  | { readonly kind: "back" }
  | { readonly kind: "left"; readonly failure: string | undefined };

/** An error loses its class on its way between threads. */
export interface SentError {
  readonly name: string;
  readonly message: string;
  readonly code: unknown;
}

export type ToBeatThread =
  | { readonly kind: "snapshot"; readonly snapshot: BeatSnapshot }
  | { readonly kind: "beat" | "here" | "probe" }
  | { readonly kind: "leave"; readonly metrics: MetricsSnapshot; readonly released: readonly string[] };

const EVERY_MS = 10_000;
const RETRY_MS = 1_000;
const ANSWER_WITHIN_MS = 1_000;

const run = (port: NonNullable<typeof parentPort>, data: BeatThreadData): void => {
  const witness: Witness = {
    failing: (error) => port.postMessage({ kind: "lost", error: sent(error) } satisfies FromBeatThread),
    answered: () => port.postMessage({ kind: "back" } satisfies FromBeatThread),
    ended: () => {},
  };
  const redis = connect(data.redis, "client", witness);
  const beat = new Beat(redis, data);
  let last: BeatSnapshot = NOTHING_KNOWN;
  // Counts that could not be written wait here for the next beat.
  let unwritten: MetricsSnapshot | undefined;
  let answered = (): void => {};
  // What the main thread has not answered yet: so late its event loop is at least.
  let askedAtMs: number | undefined;
  let timer: NodeJS.Timeout | undefined;
  let beating = Promise.resolve();
  let isLeaving = false;

  const ask = async (): Promise<void> => {
    askedAtMs ??= performance.now();
    port.postMessage({ kind: "ask" } satisfies FromBeatThread);
    await new Promise<void>((resolve) => {
      const late = setTimeout(resolve, ANSWER_WITHIN_MS);
      answered = () => {
        clearTimeout(late);
        resolve();
      };
    });
  };

  const beatOnce = async (): Promise<void> => {
    clearTimeout(timer);
    let waitMs = EVERY_MS;
    await ask();
    let metrics = unwritten;
    unwritten = undefined;
    try {
      const snapshot = { ...last, lagUs: lagOf(last, askedAtMs), metrics: metrics ?? NOTHING };
      let refusal: SentError | undefined;
      const counted = (): void => (metrics = undefined);
      const report = await beat.beat(snapshot, counted, (error) => (refusal = sent(error)));
      port.postMessage({ kind: "report", report, refusal } satisfies FromBeatThread);
    } catch (error) {
      unwritten = added(metrics, unwritten);
      waitMs = RETRY_MS;
      port.postMessage({ kind: "failed", error: sent(error) } satisfies FromBeatThread);
    }
    clearTimeout(timer);
    timer = setTimeout(next, waitMs);
  };
  const next = (): void => {
    // A process that has left must not be seen again.
    if (!isLeaving) beating = beating.then(beatOnce);
  };
  const loop = new BlockedLoop({
    redis,
    identity: data.identity,
    afterMs: data.blockedLoopTimeoutMs,
    ask: () => port.postMessage({ kind: "areYouThere" } satisfies FromBeatThread),
    tell: (line) => port.postMessage({ kind: "blocked", line } satisfies FromBeatThread),
  });
  // Back after an outage: at once, before anyone takes us for dead.
  redis.on("ready", next);

  port.on("message", (message: ToBeatThread) => {
    switch (message.kind) {
      case "snapshot":
        last = message.snapshot;
        askedAtMs = undefined;
        unwritten = added(unwritten, message.snapshot.metrics);
        answered();
        break;
      case "beat":
        next();
        break;
      case "here":
        loop.here();
        break;
      case "probe":
        witness.ask?.();
        break;
      case "leave":
        isLeaving = true;
        loop.stop();
        clearTimeout(timer);
        beating = beating
          .then(() => beat.leave(added(unwritten, message.metrics), message.released))
          .then(
            () => undefined,
            (error: Error) => error.message,
          )
          .then((failure) => {
            clearTimeout(timer);
            redis.disconnect();
            port.postMessage({ kind: "left", failure } satisfies FromBeatThread);
            port.close();
          });
        break;
    }
  });
};

const sent = (error: unknown): SentError => {
  const { name, message, code } = refusalIn(error as Error) as Error & { readonly code?: unknown };
  return { name, message, code };
};

/** Undefined where nobody measures it. */
const lagOf = ({ lagUs }: BeatSnapshot, askedAtMs: number | undefined): number | undefined =>
  lagUs === undefined || askedAtMs === undefined
    ? lagUs
    : Math.max(lagUs, Math.round((performance.now() - askedAtMs) * 1_000));

const NOTHING: MetricsSnapshot = NOTHING_KNOWN.metrics;

const added = (one: MetricsSnapshot | undefined, other: MetricsSnapshot | undefined): MetricsSnapshot => {
  if (!one || !other) return one ?? other ?? NOTHING;
  const classes = new Map<string, ClassMetrics>(one.classes);
  for (const [name, more] of other.classes) {
    const before = classes.get(name);
    classes.set(name, {
      processed: more.processed + (before?.processed ?? 0),
      failed: more.failed + (before?.failed ?? 0),
      ms: more.ms + (before?.ms ?? 0),
      histogram: more.histogram.map((count, i) => count + (before?.histogram[i] ?? 0)),
    });
  }
  const kept = addedKept(one.kept, other.kept);
  return { processed: one.processed + other.processed, failed: one.failed + other.failed, classes, kept };
};

/** The process has left while this thread was loading: it must not be seen again. */
const mayBegin = ({ turn }: BeatThreadData): boolean => takeTurn(turn);

if (parentPort && mayBegin(workerData as BeatThreadData)) run(parentPort, workerData as BeatThreadData);
