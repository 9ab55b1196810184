/** What a worker goes through, for those who want to be told: Sidekiq's lifecycle events, and what extensions need. */
import { ConfigError } from "@tsq/core";
import { isThenable, unknownName, shown } from "@tsq/core/protocol";
import type { BeatReport } from "../beat/beat.ts";
import type { Audience } from "../run/audience.ts";
import type { JobRun } from "../run/job-run.ts";
import type { Outcome } from "../run/outcome.ts";

/** The events of a worker, with what a listener of each gets. */
export interface WorkerEvents {
  /** Before the first job is taken. What a listener throws ends the start. */
  startup: [];
  /** No more jobs are taken. */
  quiet: [];
  /** Before the last jobs are waited for. */
  shutdown: [];
  /** At the end. */
  exit: [];
  /** Redis sees the process for the first time, also after an outage. */
  heartbeat: [report: BeatReport];
  /** Every ten seconds. */
  beat: [report: BeatReport];
  /**
   * A job has ended, for now or for good, and what became of it is written. Not told of: a job that a stop handed back,
   * and one that another process has. A job of an unknown class that was handed on is told of as `snooze`. Nobody waits
   * for a listener.
   */
  concluded: [run: JobRun, outcome: Outcome];
  /** Jobs of a process that died are back in their queues; those in the dead set as poison pills are not among them. */
  rescued: [jids: readonly string[]];
}

/** The names of the events that `on()` of a `Worker` takes. */
export type LifecycleEvent = keyof WorkerEvents;

/** A listener of an event. */
export type Listener<E extends LifecycleEvent> = (...of: WorkerEvents[E]) => unknown;

/** On the way down listeners are told in reverse, so that what was set up last is taken down first. */
const ORDERS = {
  startup: "given",
  quiet: "reverse",
  shutdown: "reverse",
  exit: "reverse",
  heartbeat: "given",
  beat: "given",
  concluded: "given",
  rescued: "given",
} as const satisfies Record<LifecycleEvent, "given" | "reverse">;

const EVENTS = Object.keys(ORDERS);

/**
 * These are waited for to their end, or until the start or the stop itself waits no longer: a server that a `shutdown`
 * listener drains may take so long. Of all others those behind one that never ends have no less to hear.
 */
const WAITED_FOR: readonly LifecycleEvent[] = ["startup", "shutdown", "exit"];

const SLOW_MS = 10_000;

interface Listening {
  readonly tell: (...of: readonly unknown[]) => unknown;
  /** Whose it is, where it is not the application's. */
  readonly by: string | undefined;
}

export class Lifecycle {
  readonly #listeners = new Map<LifecycleEvent, Listening[]>();
  readonly #audience: Audience;
  readonly #onError: (error: unknown, event: LifecycleEvent, by?: string) => void;
  readonly #onSlow: (line: string) => void;
  readonly #slowMs: number;
  readonly #slow = new Set<LifecycleEvent>();

  /** @param audience of jobs that end; @param onSlow told once of each event, that a listener of it has not ended for `slowMs` */
  constructor(
    audience: Audience,
    onError: (error: unknown, event: LifecycleEvent, by?: string) => void,
    onSlow: (line: string) => void,
    slowMs = SLOW_MS,
  ) {
    this.#audience = audience;
    this.#onError = onError;
    this.#onSlow = onSlow;
    this.#slowMs = slowMs;
  }

  /** @throws ConfigError when nothing would ever call the listener, or it cannot be called */
  on<E extends LifecycleEvent>(event: E, listener: Listener<E>, by?: string): void {
    if (!EVENTS.includes(event)) {
      throw new ConfigError(unknownName("event", "a Worker", event, EVENTS));
    }
    if (typeof listener !== "function") {
      throw new ConfigError(
        `Expected the listener of \`${event}\` to be a function, got ${shown(listener)}.`,
      );
    }
    if (event === "concluded") return this.#hearEnds(listener as Listener<"concluded">, by);
    const listeners = this.#listeners.get(event) ?? [];
    // The cast: a listener is called by `fire` alone, with what its own event carries.
    listeners.push({ tell: listener as (...of: readonly unknown[]) => unknown, by });
    this.#listeners.set(event, listeners);
  }

  /** Jobs end by the thousand: a listener is called as it is, and a promise of it is looked at for its error alone. */
  #hearEnds(listener: Listener<"concluded">, by: string | undefined): void {
    const failed = (error: unknown): void => this.#onError(error, "concluded", by);
    this.#audience.add((run, outcome) => {
      try {
        const told = listener(run, outcome);
        if (isThenable(told)) Promise.resolve(told).catch(failed);
      } catch (error) {
        failed(error);
      }
    });
  }

  /**
   * One listener after the other, and behind one that has not ended for `slowMs` the next all the same, but for those that
   * are waited for. The errors of `startup` stop the start; nothing stops the way down.
   */
  async fire<E extends LifecycleEvent>(event: E, ...of: WorkerEvents[E]): Promise<void> {
    const given = this.#listeners.get(event) ?? [];
    for (const { tell, by } of ORDERS[event] === "reverse" ? given.toReversed() : [...given]) {
      let goOn = (): void => {};
      const late = new Promise<void>((resolve) => (goOn = resolve));
      const isSlow = (): void => {
        this.#tellSlow(event, by);
        if (!WAITED_FOR.includes(event)) goOn();
      };
      // What is waited for keeps the process alive, if anything does.
      const timer = setTimeout(isSlow, this.#slowMs).unref();
      await Promise.race([this.#ended(event, { tell, by }, of), late]).finally(() => clearTimeout(timer));
    }
  }

  /** Rejects for `startup` alone: what others throw is told, also when nobody waits for them any more. */
  async #ended(event: LifecycleEvent, { tell, by }: Listening, of: readonly unknown[]): Promise<void> {
    try {
      await tell(...of);
    } catch (error) {
      if (event === "startup") throw error;
      this.#onError(error, event, by);
    }
  }

  #tellSlow(event: LifecycleEvent, by = ""): void {
    if (this.#slow.has(event)) return;
    this.#slow.add(event);
    const meanwhile =
      event === "startup"
        ? "; the worker takes no job before it does"
        : WAITED_FOR.includes(event)
          ? ""
          : "; it is waited for no longer";
    this.#onSlow(
      `A listener of \`${event}\`${by && ` of ${by}`} has not ended for ${this.#slowMs / 1_000} s${meanwhile}. Look for an await that never ends.`,
    );
  }
}
