/** The main thread's side of the heartbeat: starts the thread that beats and tells it how things stand. */
import { Worker as Thread } from "node:worker_threads";
import { connect, redisOptions } from "@tsq/core/protocol";
import type { Outage, Redis, Witness } from "@tsq/core/protocol";
import type { RedisTarget } from "@tsq/core";
import { Beat, NOTHING_KNOWN } from "./beat.ts";
import type { BeatReport, BeatSnapshot } from "./beat.ts";
import { LoopLag } from "./loop-lag.ts";
import { newTurn, takeTurn } from "./turn.ts";
import type { Turn } from "./turn.ts";
import type { MetricsSnapshot } from "../run/metrics.ts";
import { readableError } from "../report/readable-error.ts";
import { within } from "../within.ts";
import type { BeatThreadData, FromBeatThread, SentError, ToBeatThread } from "./beat-thread.ts";

const LEAVE_WITHIN_MS = 3_000;
// Not at once: a thread that cannot even begin would be tried without end.
const RESPAWN_MS = 1_000;

export interface HeartbeatOptions {
  readonly redis: RedisTarget;
  readonly identity: string;
  readonly info: string;
  readonly concurrency: number;
  /** What this process can run, as others read it. */
  readonly classes: string;
  /** Whether beats say how late the event loop was. @default false */
  readonly measuresLag?: boolean;
  /** As in `WorkerOptions`. @default 0, never */
  readonly blockedLoopTimeoutMs?: number;
  /** Told, once this thread listens again, that a job had blocked it. */
  readonly onBlocked?: (line: string) => void;
  /** Takes the counts since the last beat along. */
  readonly snapshot: () => BeatSnapshot;
  readonly onReport: (report: BeatReport) => void;
  readonly outage: Outage;
  /** The last beat could not be written. */
  readonly onHindered: (error: unknown) => void;
}

export class Heartbeat {
  readonly #options: HeartbeatOptions;
  readonly #announced = new Set<string>();
  readonly #beats: Witness;
  readonly #works: Witness;
  #lag: LoopLag | undefined;
  #connection: Witness | undefined;
  #thread: Thread | undefined;
  #turn: Turn | undefined;
  #respawn: NodeJS.Timeout | undefined;
  #last: BeatSnapshot = NOTHING_KNOWN;
  #isStopping = false;
  #left = (): void => {};

  constructor(options: HeartbeatOptions) {
    this.#options = options;
    this.#beats = options.outage.part("write the heartbeat");
    this.#works = options.outage.part("write down what runs");
  }

  /**
   * Resolves after the first beat, or when it is refused: the thread goes on trying, and jobs are taken meanwhile. Who takes
   * them says by lua/core/register.lua that it lives.
   */
  async start(): Promise<void> {
    if (this.#options.measuresLag) this.#lag ??= new LoopLag();
    this.#spawn();
    // The thread takes a fifth of a second to load.
    await this.#beatHere().catch((error: Error) => this.#failing(error));
  }

  async #beatHere(): Promise<void> {
    const redis = connect(this.#options.redis, "client", this.#options.outage.connection("heartbeat"));
    try {
      // Nothing has run that could be counted twice.
      const snapshot = this.#snapshot();
      let refusal: Error | undefined;
      const beat = new Beat(redis, this.#options);
      const report = await beat.beat(
        snapshot,
        () => {},
        (error) => (refusal = error),
      );
      this.#reported(report, refusal);
      // The first job may let nothing else run here: the thread must have something to tell without us.
      this.#post({ kind: "snapshot", snapshot });
    } finally {
      redis.disconnect();
    }
  }

  /** Beats now instead of within ten seconds, for what others should see at once. */
  beat(): void {
    this.#post({ kind: "beat" });
  }

  /** Writes the last counts and takes the process out of sight. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    clearTimeout(this.#respawn);
    this.#lag?.stop();
    if (this.#thread) await this.#leave(this.#thread);
  }

  async #leave(thread: Thread): Promise<void> {
    try {
      const { metrics, owners } = this.#options.snapshot();
      const held = new Set(owners.map(({ name }) => name));
      // A beat that was on its way may have written an owner again that was released meanwhile.
      const released = [...this.#announced].filter((owner) => !held.has(owner));
      // A thread that still loads what it needs would be waited for: it is not to begin at all.
      if (this.#turn && takeTurn(this.#turn)) await this.#leaveHere(metrics, released);
      else await this.#leaveThere(metrics, released);
    } finally {
      await thread.terminate();
    }
  }

  /** Without a server the counts are lost, as in Sidekiq; the process must end all the same. */
  async #leaveHere(metrics: MetricsSnapshot, released: readonly string[]): Promise<void> {
    let redis: Redis | undefined;
    try {
      redis = connect(this.#options.redis, "client", this.#options.outage.connection("heartbeat"));
      const leaving = new Beat(redis, this.#options).leave(metrics, released);
      await within(LEAVE_WITHIN_MS, leaving.catch(this.#options.onHindered));
    } catch (error) {
      this.#options.onHindered(error);
    } finally {
      redis?.disconnect();
    }
  }

  async #leaveThere(metrics: MetricsSnapshot, released: readonly string[]): Promise<void> {
    await new Promise<void>((resolve) => {
      const late = setTimeout(resolve, LEAVE_WITHIN_MS);
      this.#left = () => {
        clearTimeout(late);
        resolve();
      };
      this.#post({ kind: "leave", metrics, released });
    });
  }

  #spawn(): void {
    const { redis, identity, info, concurrency, classes, blockedLoopTimeoutMs = 0, outage } = this.#options;
    const turn = (this.#turn = newTurn());
    const workerData: BeatThreadData = {
      turn,
      redis: withoutFunctions(redisOptions(redis)),
      identity,
      info,
      concurrency,
      classes,
      blockedLoopTimeoutMs,
    };
    const thread = (this.#thread = new Thread(new URL("./beat-thread.js", import.meta.url), {
      workerData,
      // Not the process's own: a loader meant for the application has no business in this thread.
      execArgv: [],
    }));
    const connection = (this.#connection = outage.connection("heartbeat"));
    connection.ask = () => this.#post({ kind: "probe" });
    thread.on("message", (message: FromBeatThread) => this.#heard(message));
    thread.on("error", (error) => this.#failing(error));
    thread.on("exit", () => {
      this.#thread = undefined;
      connection.ended();
      this.#left();
      // A process whose thread has died would be taken for dead within a minute.
      if (!this.#isStopping) this.#respawn = setTimeout(() => this.#spawn(), RESPAWN_MS);
    });
  }

  /** What is wrong with a job, a log or a listener is nobody's to catch here, and would end the process: it beats on. */
  #heard(message: FromBeatThread): void {
    try {
      this.#hear(message);
    } catch (error) {
      this.#failing(readableError(error));
    }
  }

  #hear(message: FromBeatThread): void {
    switch (message.kind) {
      case "ask":
        this.#post({ kind: "snapshot", snapshot: this.#snapshot() });
        break;
      case "areYouThere":
        this.#post({ kind: "here" });
        break;
      case "blocked":
        this.#options.onBlocked?.(message.line);
        break;
      case "report":
        this.#reported(message.report, message.refusal && received(message.refusal));
        break;
      case "failed":
        this.#failing(received(message.error));
        break;
      case "lost":
        this.#connection?.failing(received(message.error));
        break;
      case "back":
        this.#connection?.answered();
        break;
      case "left":
        if (message.failure !== undefined) this.#options.onHindered(new Error(message.failure));
        this.#left();
        break;
    }
  }

  #reported(report: BeatReport, refusal: Error | undefined): void {
    // First, so that a trouble that goes on is not told for over.
    if (refusal && !this.#isStopping) this.#works.failing(refusal);
    this.#beats.answered();
    if (!refusal) this.#works.answered();
    this.#options.onReport(report);
  }

  /**
   * How things stand, or as they last stood where nobody can say that: a thread that is never answered would not beat, and the
   * process would be taken for dead again and again.
   */
  #snapshot(): BeatSnapshot {
    const lagUs = this.#lag?.take();
    try {
      this.#last = this.#options.snapshot();
      for (const { name } of this.#last.owners) this.#announced.add(name);
      return { ...this.#last, lagUs };
    } catch (error) {
      this.#failing(readableError(error));
      // Those that were counted have been told.
      return { ...this.#last, lagUs, metrics: NOTHING_KNOWN.metrics };
    }
  }

  #failing(error: Error): void {
    try {
      if (!this.#isStopping) this.#beats.failing(error);
    } catch {
      // The log itself throws, say.
    }
  }

  #post(message: ToBeatThread): void {
    this.#thread?.postMessage(message);
  }
}

const received = ({ message, ...own }: SentError): Error => Object.assign(new Error(message), own);

/** Functions cannot be sent to a thread, however deep they are: `tls.checkServerIdentity` is one. */
const withoutFunctions = <Value extends object>(value: Value): Value => {
  const clean = (one: unknown): unknown => (isPlain(one) ? withoutFunctions(one) : one);
  // The same types: a function among options is optional.
  if (Array.isArray(value)) return value.filter(isSendable).map(clean) as unknown as Value;
  const entries = Object.entries(value).filter(([, one]) => isSendable(one));
  return Object.fromEntries(entries.map(([key, one]) => [key, clean(one)])) as Value;
};

const isSendable = (value: unknown): boolean => typeof value !== "function";

/** Buffers, such as certificates, and other classes travel as they are. */
const isPlain = (value: unknown): value is object => {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return Array.isArray(value) || prototype === null || Object.getPrototypeOf(prototype) === null;
};
